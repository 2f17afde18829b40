#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/process/table.h"

namespace exo_harness::process {

/// Who holds a cluster.
struct Owner {
  ProcessId harness;
  pid_t supervisor = 0;
  bool kept_up = false;  ///< Left up on purpose; its harness has ended.
  std::filesystem::path run_folder;
};

/// At most one supervisor a cluster and user on this machine. The kernel frees it when its holder dies, however.
class OwnerLock {
 public:
  /// Takes the lock of the cluster named by `key` (its API port, or its start script). Empty when somebody has it.
  /// Fails: HarnessError when the lock file cannot be made.
  static std::optional<OwnerLock> take(const std::string& key);
  OwnerLock(OwnerLock&&) noexcept = default;
  OwnerLock& operator=(OwnerLock&&) noexcept = default;
  /// Frees it, and takes its file along: the keys of later runs are other ones.
  ~OwnerLock();
  /// Says who we are to whoever comes next.
  void sign(const Owner& owner);

 private:
  OwnerLock(UniqueFd fd, std::filesystem::path file) : fd_(std::move(fd)), file_(std::move(file)) {}
  UniqueFd fd_;
  std::filesystem::path file_;
};

/// Who has signed the lock of `key` last. Empty: nobody, or unreadable.
std::optional<Owner> owner_of(const std::string& key);

/// What to say to whoever finds the cluster taken by `owner`.
HarnessError busy_error(const Owner& owner);

/// Takes the lock of `key` for this process and signs it. `run_folder`: of whoever asks, for the next one's message.
/// Fails: HarnessError that names who has it.
OwnerLock own(const std::string& key, const std::filesystem::path& run_folder);

/// Takes the locks of all nodes of a cluster for this process, so that no other harness of this user on this machine
/// tests any of them, by whatever address it came there. `run_folder`: of whoever asks, for the next one's message.
/// Fails: HarnessError that names who has one of them.
std::vector<OwnerLock> own_nodes(std::vector<std::string> node_ids, const std::filesystem::path& run_folder);

}  // namespace exo_harness::process
