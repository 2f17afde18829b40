#pragma once

#include <string>

#include "exo_harness/core/format.h"

namespace exo_reports {

/// What was measured, of a block or a comparison of blocks: `tiny-llama tensor-2 chat-p64-o32 x1`.
template <class Measured>
std::string subject_of(const Measured& one) {
  return exo_harness::format("{} {} {} x{}", one.model, one.placement, one.workload, one.concurrency);
}

}  // namespace exo_reports
