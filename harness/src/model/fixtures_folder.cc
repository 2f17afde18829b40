#include <cstdlib>
#include <vector>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/model/fixture.h"

#include "own_binary.h"

namespace exo_harness::model {
namespace fs = std::filesystem;

fs::path fixtures_folder() {
  std::error_code ignored;
  if (const char* set = std::getenv("EXO_HARNESS_FIXTURES"); set != nullptr && *set != '\0') {
    if (fs::is_directory(set, ignored)) return set;
    throw UsageError(format("EXO_HARNESS_FIXTURES is {}, which is not a folder", set),
                     "point it at a folder with models/ and prompts/, or unset it");
  }
  const fs::path installed = own_binary().parent_path().parent_path() / "share/exo_harness/fixtures";
  for (const fs::path& folder : {installed, fs::path(EXO_SOURCE_FIXTURES)}) {
    if (fs::is_directory(folder / "models", ignored)) return folder;
  }
  throw UsageError(format("no fixtures: neither {} nor {} is a folder", installed.string(), EXO_SOURCE_FIXTURES),
                   "set EXO_HARNESS_FIXTURES to the fixtures folder");
}

}  // namespace exo_harness::model
