#pragma once

#include "exo_harness/core/progress.h"

namespace exo_harness::tools {

/// On a terminal, what is going on now: fetching, hashing and copying take minutes.
class ModelsProgress : public Progress {
 public:
  ~ModelsProgress() override;
  void note(std::string_view line) override;
  void now(std::string_view line) override;
};

}  // namespace exo_harness::tools
