#include "exo_harness/model/stage/check.h"

#include <algorithm>
#include <tuple>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::model {
namespace {

std::string name_of(const exo::State& state, const std::string& id) {
  const auto facts = state.facts.find(id);
  if (facts == state.facts.end() || !facts->second.identity || facts->second.identity->friendly_name.empty()) return id;
  return facts->second.identity->friendly_name;
}

std::string_view word_of(exo::Download::Status status) {
  switch (status) {
    case exo::Download::Status::completed:
      return "complete";
    case exo::Download::Status::ongoing:
      return "ongoing";
    case exo::Download::Status::failed:
      return "failed";
    case exo::Download::Status::pending:
      return "partial";
    case exo::Download::Status::unknown:
      break;
  }
  return "unknown";
}

NodeModel on_node(const std::string& repo, const exo::State& state, const std::string& id) {
  NodeModel result;
  result.id = id;
  result.node = name_of(state, id);
  result.status = "absent";
  for (const exo::Download& download : state.downloads) {
    if (download.node_id != id || download.model_id != repo) continue;
    result.status = word_of(download.status);
    if (download.status == exo::Download::Status::pending)
      result.status = download.done_bytes == 0 ? "absent" : "partial";
    result.directory = download.directory;
    result.bytes = download.total_bytes;
    result.read_only = download.read_only;
    result.error = download.error_message;
  }
  return result;
}

bool holds(const std::vector<exo::ModelInfo>& models, const std::string& repo) {
  return std::any_of(models.begin(), models.end(), [&](const exo::ModelInfo& each) { return each.id == repo; });
}

std::string why_not_complete(const NodeModel& node) {
  if (node.status == "absent") return "absent: Exo sees nothing of it (it is not there, or has no index)";
  if (node.status == "partial") {
    return format(
        "partial: {} are there, and Exo waits for a file that the index names; `exo-harness models check` "
        "there tells which",
        human_bytes(node.bytes));
  }
  return node.status + (node.error.empty() ? "" : " (" + node.error + ")");
}

void compare_nodes(ModelCheck& check) {
  const NodeModel* first = nullptr;
  for (const NodeModel& node : check.nodes) {
    if (node.status != "complete") {
      check.problems.push_back(format("{}: {}", node.node, why_not_complete(node)));
    } else if (first == nullptr) {
      first = &node;
    } else if (node.bytes != first->bytes) {
      check.problems.push_back(
          format("{} has {} bytes, {} has {}: not the same revision, or a file is cut off; `exo-harness models check` "
                 "on each of them tells which",
                 first->node, first->bytes, node.node, node.bytes));
    }
  }
}

}  // namespace

std::string summary(const ModelCheck& check) {
  if (!check.problems.empty()) return "with problems";
  const bool seen =
      std::all_of(check.nodes.begin(), check.nodes.end(), [](const NodeModel& node) { return !node.layout.empty(); });
  if (seen) return "complete and alike on every node";
  return "complete on every node with as many bytes, as the nodes say; revisions and damage they do not tell";
}

std::vector<std::string> models_on_nodes(const exo::State& state) {
  std::vector<std::string> ids;
  for (const exo::Download& each : state.downloads) {
    const bool nothing = each.status == exo::Download::Status::pending && each.done_bytes == 0;
    if (state.has_node(each.node_id) && !nothing) ids.push_back(each.model_id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

ModelCheck check_model(const std::string& repo, const exo::State& state, const std::vector<exo::ModelInfo>& listed,
                       const std::vector<exo::ModelInfo>& downloaded) {
  ModelCheck check;
  check.repo = repo;
  check.listed = holds(listed, repo);
  check.downloaded = holds(downloaded, repo);
  for (const std::string& id : state.nodes) check.nodes.push_back(on_node(repo, state, id));
  std::sort(check.nodes.begin(), check.nodes.end(),
            [](const NodeModel& a, const NodeModel& b) { return std::tie(a.node, a.id) < std::tie(b.node, b.id); });
  if (!check.listed)
    check.problems.emplace_back("/models does not list it: it has no card (`models stage` writes one)");
  compare_nodes(check);
  const bool anywhere = std::any_of(check.nodes.begin(), check.nodes.end(),
                                    [](const NodeModel& node) { return node.status == "complete"; });
  if (anywhere != check.downloaded) {
    check.problems.push_back(
        format("/models says it is {}downloaded, the nodes say otherwise", check.downloaded ? "" : "not "));
  }
  return check;
}

}  // namespace exo_harness::model
