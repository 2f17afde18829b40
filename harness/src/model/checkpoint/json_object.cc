#include "json_object.h"

#include <algorithm>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "python_json.h"

namespace exo_harness::model {
namespace {

constexpr std::uint64_t kMostSmall = 1'000'000'000;

}  // namespace

std::string json_complaint(const nlohmann::json::exception& error) {
  std::string_view text = error.what();
  if (const std::size_t end = text.find("] "); text.starts_with("[json.") && end != std::string_view::npos)
    text.remove_prefix(end + 2);
  return shorten(printable(text), 300);
}

void JsonObject::fail(const char* key, std::string_view expected) const {
  throw HarnessError(format("{}: `{}`: expected {}", name_, key, expected), kFetchAgain);
}

const nlohmann::json* JsonObject::find(Names names, const char** found) const {
  for (const nlohmann::json* object : {outer_, inner_}) {
    if (object == nullptr || !object->is_object()) continue;
    for (const char* each : names) {
      const auto it = object->find(each);
      if (it == object->end() || it->is_null()) continue;
      if (found != nullptr) *found = each;
      return &*it;
    }
  }
  return nullptr;
}

std::uint64_t JsonObject::number(Names names, std::uint64_t most) const {
  const char* key = nullptr;
  const nlohmann::json* value = find(names, &key);
  if (value == nullptr) return 0;
  std::uint64_t largest = 0;
  const auto take = [&](const nlohmann::json& each) {
    if (!each.is_number_unsigned() || each.get<std::uint64_t>() > most)
      fail(key, format("an integer of 0 to {}", most));
    largest = std::max(largest, each.get<std::uint64_t>());
  };
  if (!value->is_array()) {
    take(*value);
  } else {
    for (const nlohmann::json& each : *value) take(each);
  }
  return largest;
}

int JsonObject::small_number(Names names) const {
  return static_cast<int>(number(names, kMostSmall));
}

std::vector<int> JsonObject::small_numbers(Names names) const {
  const char* key = nullptr;
  const nlohmann::json* value = find(names, &key);
  if (value == nullptr) return {};
  std::vector<int> result;
  for (const nlohmann::json& each : *value) {
    if (!value->is_array() || !each.is_number_unsigned() || each.get<std::uint64_t>() > kMostSmall)
      fail(key, format("an array of integers of 0 to {}", kMostSmall));
    result.push_back(each.get<int>());
  }
  return result;
}

std::string JsonObject::text(Names names) const {
  const char* key = nullptr;
  const nlohmann::json* value = find(names, &key);
  if (value == nullptr) return "";
  if (!value->is_string()) fail(key, "a string");
  return value->get<std::string>();
}

bool JsonObject::flag(Names names) const {
  const char* key = nullptr;
  const nlohmann::json* value = find(names, &key);
  if (value == nullptr) return false;
  if (!value->is_boolean()) fail(key, "true or false");
  return value->get<bool>();
}

bool JsonObject::truth(Names names) const {
  const nlohmann::json* value = find(names);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  if (value->is_number()) return value->get<double>() != 0;
  return value->is_string() ? !value->get_ref<const std::string&>().empty() : !value->empty();
}

std::vector<std::string> JsonObject::texts(Names names) const {
  const char* key = nullptr;
  const nlohmann::json* value = find(names, &key);
  if (value == nullptr) return {};
  if (!value->is_array()) fail(key, "an array of strings");
  std::vector<std::string> result;
  for (const nlohmann::json& each : *value) {
    if (!each.is_string()) fail(key, "an array of strings");
    result.push_back(each.get<std::string>());
  }
  return result;
}

}  // namespace exo_harness::model
