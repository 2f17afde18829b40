#include "apart_note.h"

#include <algorithm>

#include "exo_harness/core/environment.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

namespace exo_harness::gtest {
namespace {

constexpr milliseconds kLookAgain{10000};

}  // namespace

bool is_part_of_a_run() {
  return !environment("EXO_HARNESS_RUN_ID").empty();
}

ApartNote::ApartNote(const std::filesystem::path& cluster_file, milliseconds limit)
    : file_(cluster_file.string() + ".apart"), again_(std::min(kLookAgain, limit / 2)), soon_(Deadline::after(again_)) {
  std::error_code ignored;
  if (is_part_of_a_run() && std::filesystem::exists(file_, ignored)) before_ = read_file(file_);
}

std::optional<Failure> ApartNote::why_end() const {
  if (before_.empty() || !soon_.expired()) return std::nullopt;
  return Failure{FailureKind::timed_out, format("as before, and {} later: {}", humanize(again_), before_), ""};
}

void ApartNote::whole() {
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
  before_.clear();
}

void ApartNote::apart(const Failure& failure) const {
  const bool is_of_the_nodes = failure.kind == FailureKind::timed_out && before_.empty();
  if (is_of_the_nodes && is_part_of_a_run()) write_file(file_, redact(failure.what));
}

}  // namespace exo_harness::gtest
