#include "exo_harness/core/verdict_word.h"

namespace exo_harness {

std::string_view verdict_word(FailureKind kind) {
  switch (kind) {
    case FailureKind::timed_out:
    case FailureKind::stalled:
      return "hang";
    case FailureKind::exited:
      return "crash";
    case FailureKind::vanished:
    case FailureKind::unreachable:  // Who was asked had answered before; where nobody had, attaching says `unfit`.
      return "lost";
    case FailureKind::unfit:
      return "environment";
    case FailureKind::refused:
    case FailureKind::malformed:
    case FailureKind::empty_answer:
    case FailureKind::error_in_200:
    case FailureKind::truncated:
    case FailureKind::mismatch:
      break;
  }
  return "failed";
}

}  // namespace exo_harness
