#include "exo_harness/trial/election.h"

#include <algorithm>
#include <string_view>

#include "exo_harness/core/text.h"
#include "exo_harness/trial/node_logs.h"

namespace exo_harness::trial {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kStarts = "Starting node ", kElected = "Node elected Master", kNode = "Node ",
                           kDemoted = " elected master - demoting self";

// A log goes on when its node is started again, under a new id.
struct Election {
  std::string self, master;

  void read(std::string_view message) {
    if (message.starts_with(kStarts)) {
      self = trim(message.substr(kStarts.size()));
      master.clear();
    } else if (message.starts_with(kElected)) {
      master = self;
    } else if (message.starts_with(kNode) && message.ends_with(kDemoted)) {
      master = message.substr(kNode.size(), message.size() - kNode.size() - kDemoted.size());
    }
  }
};

Election last_election(const fs::path& log) {
  Election last;
  for_each_record(log, [&](const exo::LogLine& record) { last.read(trim(record.message)); });
  return last;
}

}  // namespace

std::optional<std::string> master_of(const std::vector<fs::path>& logs, const std::vector<std::string>& nodes) {
  std::string master;
  for (const fs::path& log : logs) {
    const Election last = last_election(log);
    // A node that is gone says nothing of now.
    if (last.master.empty() || std::find(nodes.begin(), nodes.end(), last.self) == nodes.end()) continue;
    if (!master.empty() && master != last.master) return std::nullopt;
    master = last.master;
  }
  if (std::find(nodes.begin(), nodes.end(), master) == nodes.end()) return std::nullopt;
  return master;
}

}  // namespace exo_harness::trial
