#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace exo_harness::trial {

/// Which of `nodes` is master, as the last elections in the logs of the nodes say (contract 3): no answer of the API
/// tells it. Nothing when no log is
/// within reach, when the logs contradict each other, or when they name a node that is
/// not there.
std::optional<std::string> master_of(const std::vector<std::filesystem::path>& logs,
                                     const std::vector<std::string>& nodes);

}  // namespace exo_harness::trial
