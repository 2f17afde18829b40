#include "models/models_progress.h"

#include <unistd.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {
namespace {

void show(std::string_view line) {
  if (isatty(2) != 0) fmt::print(stderr, "\r\x1b[K{}", line);
}

}  // namespace

ModelsProgress::~ModelsProgress() {
  show("");
}

void ModelsProgress::note(std::string_view line) {
  show("");
  fmt::print("{}\n", line);
}

void ModelsProgress::now(std::string_view line) {
  show(shorten(printable(line), 100));
}

}  // namespace exo_harness::tools
