#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace exo_harness::tools {

/// What to do when a download did not come to its end.
inline constexpr const char* kFetchAgain = "repeat; files that came whole are kept";

/// The official client: `hf` of PATH, else the one that `tools/setup hf` installed (`$XDG_DATA_HOME/exo-harness/hf`).
/// Fails: HarnessError that says how to get it.
std::filesystem::path find_hf();

/// What to get, and where to.
struct HfDownload {
  std::string repo, revision;  ///< Revision: empty for the newest.
  std::filesystem::path into;  ///< `--local-dir`.
  std::chrono::seconds limit{};
};

/// Runs `hf download` to its end. `each`: bytes that lie in `into` by now, about once a second.
///
/// Fails: UsageError for a revision that the hub does not have; EnvironmentError when there is no way to the hub, the
/// hub does not show the repository, or the disk is full; Interrupted after ctrl-C; HarnessError otherwise. The client
/// is gone then, and files that came whole are kept.
void run_hf_download(const HfDownload& download, const std::function<void(std::uint64_t)>& each);

}  // namespace exo_harness::tools
