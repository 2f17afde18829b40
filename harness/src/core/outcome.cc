#include "exo_harness/core/outcome.h"

#include <array>
#include <cstdio>
#include <ostream>

namespace exo_harness {
namespace {

struct Name {
  FailureKind kind;
  std::string_view name;
};

constexpr std::array kFailureNames = {
    Name{FailureKind::timed_out, "timed_out"},
    Name{FailureKind::unreachable, "unreachable"},
    Name{FailureKind::refused, "refused"},
    Name{FailureKind::malformed, "malformed"},
    Name{FailureKind::empty_answer, "empty_answer"},
    Name{FailureKind::error_in_200, "error_in_200"},
    Name{FailureKind::truncated, "truncated"},
    Name{FailureKind::stalled, "stalled"},
    Name{FailureKind::exited, "exited"},
    Name{FailureKind::vanished, "vanished"},
    Name{FailureKind::mismatch, "mismatch"},
    Name{FailureKind::unfit, "unfit"},
};

}  // namespace

std::string_view to_string(FailureKind kind) {
  for (const Name& entry : kFailureNames) {
    if (entry.kind == kind) return entry.name;
  }
  return "unknown";
}

std::optional<FailureKind> parse_failure_kind(std::string_view name) {
  for (const Name& entry : kFailureNames) {
    if (entry.name == name) return entry.kind;
  }
  return std::nullopt;
}

std::string to_string(const Failure& failure) {
  std::string text(to_string(failure.kind));
  text += ": " + failure.what;
  if (!failure.evidence.empty()) text += "\n" + failure.evidence;
  return text;
}

void PrintTo(const Failure& failure, std::ostream* os) {
  *os << to_string(failure);
}

void abort_for_bug(std::string_view what, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: bug of exo-harness: %.*s\n", file, line, static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace exo_harness
