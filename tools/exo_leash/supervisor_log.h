#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/file.h"

namespace exo_leash {

/// The supervisor's own record, `leash.jsonl` in the run folder: one line an event, one `write` a line. It outlives the
/// harness. A full disk is endured: the clean-up matters more than its record.
class SupervisorLog {
 public:
  explicit SupervisorLog(const std::filesystem::path& run_folder);

  /// `fields`: the rest of the object, already JSON, e.g. `"pid":12`.
  void note(std::string_view event, std::string_view fields = {});
  /// Makes it survive a power loss.
  void sync();

 private:
  exo_harness::UniqueFd fd_;
};

/// `text` as a JSON string.
std::string json_text(std::string_view text);
/// `texts` as a JSON array of strings.
std::string json_texts(const std::vector<std::string>& texts);

}  // namespace exo_leash
