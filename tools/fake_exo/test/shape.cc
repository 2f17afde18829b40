#include "shape.h"

#include <algorithm>
#include <map>
#include <set>

namespace exo_harness::fake {
namespace {

using Found = std::vector<std::string>;

/// Keys whose value must be equal.
const std::set<std::string> kExact = {"error",         "message",
                                      "type",          "code",
                                      "param",         "msg",
                                      "loc",           "ctx",
                                      "detail",        "object",
                                      "role",          "sharding",
                                      "instance_meta", "version",
                                      "worldSize",     "world_size",
                                      "deviceRank",    "startLayer",
                                      "endLayer",      "nLayers",
                                      "taskStatus",    "prefix_cache_hit",
                                      "service_tier",  "done",
                                      "input",         "address_type",
                                      "modelId",       "immediateException",
                                      "shouldTimeout", "readOnly",
                                      "is_custom",     "owned_by"};
/// Values that a run may or may not have.
const std::set<std::string> kFree = {
    "samplingDefaults", "sampling_defaults", "content",   "top_logprobs",  "delta",       "finish_reason",
    "done_reason",      "stop_reason",       "errorType", "error_message", "errorMessage"};

bool is_id(const std::string& key) {
  const bool is_of_zenoh = key.size() >= 24 && key.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_of_zenoh || key.size() >= 36 || key.rfind("12D3KooW", 0) == 0;
}
bool is_map(const Json& value) {
  return value.is_object() && !value.empty() && is_id(value.begin().key());
}

/// What two entries of a list must have in common to be compared: their tag, and a download's model.
std::string kind_of(const Json& value) {
  const std::string tag = tag_of(value);
  if (tag == "NodeGatheredInfo") return tag + "/" + tag_of(body_of(value)["info"]);
  if (tag == "NodeDownloadProgress") return kind_of(to_camel(body_of(value)["download_progress"]));
  if (tag == "CreateRunner") {
    const Json& shards = body_of(body_of(value)["boundInstance"]["instance"])["shardAssignments"]["runnerToShard"];
    return tag + "/" + std::to_string(shards.size()) + tag_of(shards.front()) +
           body_of(shards.front())["modelCard"]["modelId"].get<std::string>();
  }
  if (tag.rfind("Download", 0) != 0 || tag == "DownloadModel") return tag;
  return tag + "/" + body_of(body_of(value)["shardMetadata"])["modelCard"]["modelId"].get<std::string>();
}

std::vector<std::string> kinds_of(const std::vector<const Json*>& entries) {
  std::vector<std::string> out;
  for (const Json* entry : entries) out.push_back(kind_of(*entry));
  return out;
}

const char* type_name(const Json& value) {
  return value.is_number() ? "number" : value.type_name();
}

void compare(const Json& recorded, const Json& got, const std::string& path, const std::string& key, Found& found);

/// Each entry that was got is compared with a recorded one of the same tag.
void compare_entries(std::vector<const Json*> recorded, std::vector<const Json*> got, const std::string& path,
                     Found& found) {
  if (kinds_of(recorded) == kinds_of(got)) {
    for (std::size_t i = 0; i < got.size(); ++i)
      compare(*recorded[i], *got[i], path + "/" + std::to_string(i), "", found);
    return;
  }
  std::map<std::string, const Json*> by_kind;
  for (const Json* entry : recorded) by_kind.try_emplace(kind_of(*entry), entry);
  for (const Json* entry : got)
    if (const auto same = by_kind.find(kind_of(*entry)); same != by_kind.end())
      compare(*same->second, *entry, path + "/<" + same->first + ">", "", found);
}

std::vector<const Json*> entries_of(const Json& value) {
  std::vector<const Json*> out;
  for (const Json& entry : value) out.push_back(&entry);
  return out;
}

std::string keys_of(const Json& value) {
  std::string out;
  for (const auto& [key, member] : value.items()) out += " " + key;
  return out;
}

void compare_objects(const Json& recorded, const Json& got, const std::string& path, Found& found) {
  if (keys_of(recorded) != keys_of(got))
    return found.push_back(path + ": keys" + keys_of(got) + " instead of" + keys_of(recorded));
  for (const auto& [key, member] : recorded.items()) compare(member, got[key], path + "/" + key, key, found);
}

void compare(const Json& recorded, const Json& got, const std::string& path, const std::string& key, Found& found) {
  if (recorded.is_object() && got.is_object() && (is_map(recorded) || is_map(got))) {
    const bool may_be_left_over = key == "tasks" || key == "runners";
    if (recorded.size() != got.size() && !may_be_left_over && key != "nodeIdentities")
      found.push_back(path + ": " + std::to_string(got.size()) + " entries instead of " +
                      std::to_string(recorded.size()));
    return compare_entries(entries_of(recorded), entries_of(got), path, found);
  }
  if (kFree.contains(key)) return;
  if (std::string(type_name(recorded)) != type_name(got))
    return found.push_back(path + ": " + text_of(got).substr(0, 200) + " instead of " +
                           text_of(recorded).substr(0, 200));
  if (recorded.is_object()) return compare_objects(recorded, got, path, found);
  if (recorded.is_array()) {
    const bool is_list_of_values = !recorded.empty() && !recorded.front().is_object();
    if (kExact.contains(key) && is_list_of_values && recorded != got)
      found.push_back(path + ": " + text_of(got) + " instead of " + text_of(recorded));
    if (is_list_of_values) return;
    if ((key == "previews" || key == "nodes" || key == "choices" || key == "detail") && recorded.size() != got.size())
      found.push_back(path + ": " + std::to_string(got.size()) + " instead of " + std::to_string(recorded.size()) +
                      " elements");
    if (key == "previews" || key == "nodes" || key == "choices" || key == "detail") {
      for (std::size_t i = 0; i < std::min(recorded.size(), got.size()); ++i)
        compare(recorded[i], got[i], path + "/" + std::to_string(i), "", found);
      return;
    }
    return compare_entries(entries_of(recorded), entries_of(got), path, found);
  }
  // A task is still `Running` or already `Complete` just after an answer: both are right (contract 5.3).
  const auto is_just_over = [](const Json& status) { return status == "Running" || status == "Complete"; };
  if (key == "taskStatus" && is_just_over(recorded) && is_just_over(got)) return;
  if (kExact.contains(key) && recorded != got)
    found.push_back(path + ": " + text_of(got) + " instead of " + text_of(recorded));
}

}  // namespace

std::vector<std::string> differences(const Json& recorded, const Json& got) {
  Found found;
  compare(recorded, got, "", "", found);
  return found;
}

}  // namespace exo_harness::fake
