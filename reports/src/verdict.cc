#include "exo_reports/verdict.h"

#include <array>
#include <utility>

namespace exo_reports {
namespace {

using exo_harness::ExitCode;

struct Word {
  Verdict verdict;
  std::string_view in_files, for_people;
  ExitCode exit_code;
};

constexpr std::array<Word, 11> kWords = {{
    {Verdict::passed, "passed", "passed", ExitCode::passed},
    {Verdict::expected_failure, "expected_failure", "expected failure", ExitCode::passed},
    {Verdict::skipped, "skipped", "skipped", ExitCode::passed},
    {Verdict::inconclusive, "inconclusive", "inconclusive", ExitCode::inconclusive},
    {Verdict::environment, "environment", "environment", ExitCode::inconclusive},
    {Verdict::harness, "harness", "harness trouble", ExitCode::harness},
    {Verdict::unexpected_pass, "unexpected_pass", "unexpected pass", ExitCode::failed},
    {Verdict::failed, "failed", "failed", ExitCode::failed},
    {Verdict::lost, "lost", "lost", ExitCode::failed},
    {Verdict::hang, "hang", "hang", ExitCode::failed},
    {Verdict::crash, "crash", "crash", ExitCode::failed},
}};

const Word& word(Verdict verdict) {
  return kWords[static_cast<std::size_t>(verdict)];
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  return word(verdict).in_files;
}
std::string_view for_people(Verdict verdict) {
  return word(verdict).for_people;
}

std::optional<Verdict> parse_verdict(std::string_view text) {
  for (const Word& known : kWords) {
    if (known.in_files == text) return known.verdict;
  }
  return std::nullopt;
}

bool is_good(Verdict verdict) {
  return verdict <= Verdict::skipped;
}
bool is_product_failure(Verdict verdict) {
  return verdict >= Verdict::unexpected_pass;
}
ExitCode exit_code_of(Verdict verdict) {
  return word(verdict).exit_code;
}

}  // namespace exo_reports
