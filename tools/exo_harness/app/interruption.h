#pragma once

#include "exo_harness/core/error.h"

namespace exo_harness::tools {

/// Somebody pressed ctrl-C while something was waited for.
class Interrupted : public HarnessError {
 public:
  using HarnessError::HarnessError;
};

/// Whether the user wants the command to give up and take everything down. Threads: any.
bool stop_asked();

/// Whether the user has asked a second time: wait for nobody while doing that.
bool hurry_asked();

}  // namespace exo_harness::tools
