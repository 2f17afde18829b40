#include "exo_harness/exo/shape.h"

#include <algorithm>
#include <cctype>
#include <set>

#include <nlohmann/json.hpp>

#include "exo_harness/core/format.h"
#include "exo_harness/exo/version.h"

namespace exo_harness::exo {

namespace {

using OrderedJson = nlohmann::ordered_json;
using Found = std::vector<std::string>;

// Objects whose keys depend on the model.
const std::set<std::string> kOpen = {"model_info"};
// Keys whose text is a word of the protocol.
const std::set<std::string> kWords = {"object", "role", "type", "owned_by", "service_tier"};

std::string dumped(const OrderedJson& value) {
  const std::string text = value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  return text.size() <= 80 ? text : text.substr(0, 80) + "…";
}

const char* kind_of(const OrderedJson& value) {
  return value.is_number() ? "number" : value.type_name();
}

bool is_id(const std::string& key) {
  return key.size() >= 36 || sign_of_node_id(key).has_value();
}

bool is_map(const OrderedJson& value) {
  return value.is_object() && !value.empty() && is_id(value.begin().key());
}

/// `RunnerReady` of `{"RunnerReady":{}}`; empty when it is no tagged value.
std::string tag_of(const OrderedJson& value) {
  if (!value.is_object() || value.size() != 1) return "";
  const std::string key = value.begin().key();
  return std::isupper(static_cast<unsigned char>(key.front())) != 0 ? key : "";
}

Found compare(const OrderedJson& recorded, const OrderedJson& got, const std::string& path, const std::string& key);

std::vector<const OrderedJson*> with_tag(const OrderedJson& all, const std::string& tag) {
  std::vector<const OrderedJson*> same;
  for (const OrderedJson& each : all) {
    if (tag_of(each) == tag) same.push_back(&each);
  }
  return same;
}

/// Differences to the recorded element that is nearest.
Found compare_to_any(const OrderedJson& recorded, const OrderedJson& got, const std::string& path) {
  const std::vector<const OrderedJson*> candidates = with_tag(recorded, tag_of(got));
  if (candidates.empty() && !tag_of(got).empty()) return {};
  Found best;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    Found found = compare(*candidates[i], got, path, "");
    if (found.empty()) return {};
    if (i == 0 || found.size() < best.size()) best = std::move(found);
  }
  if (candidates.empty()) best.push_back(format("{}: {} is like nothing recorded", path, dumped(got)));
  return best;
}

Found compare_each(const OrderedJson& recorded, const OrderedJson& got, const std::string& path) {
  if (recorded.empty()) return {};
  Found all;
  for (const auto& [key, value] : got.items()) {
    const Found found = compare_to_any(recorded, value, path + "/" + key);
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

Found compare_objects(const OrderedJson& recorded, const OrderedJson& got, const std::string& path) {
  Found all;
  for (const auto& [key, value] : recorded.items()) {
    const auto same = got.find(key);
    const Found found =
        same == got.end() ? Found{format("{}: no key {}", path, key)} : compare(value, *same, path + "/" + key, key);
    all.insert(all.end(), found.begin(), found.end());
  }
  for (const auto& [key, value] : got.items()) {
    if (value.is_null() && !recorded.contains(key)) all.push_back(format("{}: key {} is null, not absent", path, key));
  }
  return all;
}

/// What a card leaves out depends on the model.
bool is_of_a_card(std::string_view path) {
  return path.find("/modelCard/") != std::string_view::npos || path.find("/model_card/") != std::string_view::npos;
}

Found compare(const OrderedJson& recorded, const OrderedJson& got, const std::string& path, const std::string& key) {
  if (recorded.is_null() || (got.is_null() && is_of_a_card(path))) return {};
  const std::string tag = tag_of(recorded), got_tag = tag_of(got);
  if (!tag.empty() && !got_tag.empty() && tag != got_tag) return {};  // Another kind of thing: data, not a break.
  if (std::string_view(kind_of(recorded)) != kind_of(got)) {
    return {format("{}: {} instead of {}", path, dumped(got), dumped(recorded))};
  }
  if (recorded.is_array() || is_map(recorded) || is_map(got)) return compare_each(recorded, got, path);
  if (kOpen.count(key) != 0) return {};
  if (recorded.is_object()) return recorded.empty() ? Found{} : compare_objects(recorded, got, path);
  if (kWords.count(key) != 0 && recorded != got) {
    return {format("{}: {} instead of {}", path, dumped(got), dumped(recorded))};
  }
  return {};
}

}  // namespace

std::vector<std::string> shape_differences(std::string_view recorded, std::string_view got) {
  const OrderedJson wanted = OrderedJson::parse(recorded, nullptr, false),
                    seen = OrderedJson::parse(got, nullptr, false);
  if (seen.is_discarded()) return {format("not JSON: {}", std::string(got.substr(0, 200)))};
  return compare(wanted, seen, "", "");
}

}  // namespace exo_harness::exo
