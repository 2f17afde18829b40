#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exo_harness/core/file.h"
#include "exo_harness/process/child.h"

namespace exo_harness::tools {

/// A fake cluster of that generation in a namespace of its own, as fast as possible; it ends with this object.
class StartedFake {
 public:
  explicit StartedFake(int nodes, const std::string& generation = "v1.0.71");
  ~StartedFake();
  StartedFake(const StartedFake&) = delete;
  StartedFake& operator=(const StartedFake&) = delete;

  /// Of each node; none when it did not come up.
  const std::vector<std::string>& apis() const { return apis_; }

 private:
  TemporaryFolder folder_{"started-fake"};
  std::optional<process::Child> script_;
  std::vector<std::string> apis_;
};

}  // namespace exo_harness::tools
