#include "cluster/ask_node.h"

#include <vector>

#include "exo_harness/core/text.h"

namespace exo_harness::tools {
namespace {

// `{"version":"exo v1.0"}`, as text between the last two quotes; nothing more is in it (contract 1).
std::string version_words(exo::Client& client, Deadline deadline) {
  const auto reply = client.raw("GET", "/ollama/api/version", "", deadline.within(milliseconds(2000)));
  if (!reply || reply->status != 200) return "";
  const std::vector<std::string_view> parts = split(reply->body, '"');
  return parts.size() >= 3 ? shorten(printable(parts[parts.size() - 2]), 40) : "";
}

}  // namespace

doctor::NodeAnswer ask_node(exo::Client& client, const std::string& api, Deadline deadline) {
  doctor::NodeAnswer answer{api, "", exo::Generation::unknown, version_words(client, deadline), {}};
  if (const auto id = client.node_id(deadline.within(milliseconds(5000)))) answer.node_id = *id;
  if (auto seen = client.version(deadline.within(milliseconds(5000)))) {
    answer.generation = seen->generation();
    answer.seen = std::move(seen).value();
  }
  return answer;
}

}  // namespace exo_harness::tools
