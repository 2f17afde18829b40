#include "exo_harness/core/verdict.h"

#include <array>
#include <ostream>

namespace exo_harness {
namespace {

struct Row {
  Verdict verdict;
  std::string_view in_files, humanize;
  ExitCode exit_code;
};

constexpr std::array<Row, 11> kRows = {{
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

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].verdict) != i) return false;
  }
  return true;
}
static_assert(is_in_order(), "`row` finds a verdict by its place");

const Row& row(Verdict verdict) {
  return kRows[static_cast<std::size_t>(verdict)];
}

constexpr std::array kBlames = {Blame::product, Blame::environment, Blame::harness};

}  // namespace

std::string_view to_string(Blame blame) {
  switch (blame) {
    case Blame::environment:
      return "environment";
    case Blame::harness:
      return "harness";
    case Blame::product:
      break;
  }
  return "product";
}

std::optional<Blame> parse_blame(std::string_view text) {
  for (const Blame blame : kBlames) {
    if (to_string(blame) == text) return blame;
  }
  return std::nullopt;
}

std::string_view to_string(Verdict verdict) {
  return row(verdict).in_files;
}
std::string_view humanize(Verdict verdict) {
  return row(verdict).humanize;
}

std::optional<Verdict> parse_verdict(std::string_view text) {
  for (const Row& known : kRows) {
    if (known.in_files == text) return known.verdict;
  }
  return std::nullopt;
}

void PrintTo(Verdict verdict, std::ostream* os) {
  *os << to_string(verdict);
}

bool is_good(Verdict verdict) {
  return verdict <= Verdict::skipped;
}
bool is_product_failure(Verdict verdict) {
  return verdict >= Verdict::unexpected_pass;
}
bool is_failure(Verdict verdict) {
  return is_product_failure(verdict) && verdict != Verdict::unexpected_pass;
}

ExitCode exit_code_of(Verdict verdict) {
  return row(verdict).exit_code;
}

Verdict verdict_of(ExitCode code) {
  switch (code) {
    case ExitCode::passed:
      return Verdict::passed;
    case ExitCode::failed:
      return Verdict::failed;
    case ExitCode::harness:
      return Verdict::harness;
    case ExitCode::inconclusive:
    case ExitCode::not_comparable:
    case ExitCode::nothing_selected:
    case ExitCode::all_skipped:
      break;
  }
  return Verdict::inconclusive;
}

Verdict verdict_of(Blame blame) {
  switch (blame) {
    case Blame::environment:
      return Verdict::environment;
    case Blame::harness:
      return Verdict::harness;
    case Blame::product:
      break;
  }
  return Verdict::failed;
}

Verdict verdict_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::timed_out:
    case FailureKind::stalled:
      return Verdict::hang;
    case FailureKind::exited:
      return Verdict::crash;
    case FailureKind::vanished:
    case FailureKind::unreachable:  // Who was asked had answered before; where nobody had, attaching says `unfit`.
      return Verdict::lost;
    case FailureKind::unfit:
      return Verdict::environment;
    case FailureKind::refused:
    case FailureKind::malformed:
    case FailureKind::empty_answer:
    case FailureKind::error_in_200:
    case FailureKind::truncated:
    case FailureKind::mismatch:
      break;
  }
  return Verdict::failed;
}

}  // namespace exo_harness
