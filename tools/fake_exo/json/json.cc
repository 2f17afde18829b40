#include "json/json.h"

#include <cctype>

namespace exo_harness::fake {
namespace {

std::string camel_key(const std::string& key) {
  std::string out;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const bool word_start = key[i] == '_' && i + 1 < key.size() && i > 0;
    out += word_start ? static_cast<char>(std::toupper(key[++i])) : key[i];
  }
  return out;
}

std::string snake_key(const std::string& key) {
  if (key.empty() || std::isupper(static_cast<unsigned char>(key[0])) ||
      std::isdigit(static_cast<unsigned char>(key[0])))
    return key;                     // a tag or an id
  if (key.size() > 30) return key;  // an id
  std::string out;
  for (char c : key) {
    if (std::isupper(static_cast<unsigned char>(c))) out += '_';
    out += static_cast<char>(std::tolower(c));
  }
  return out;
}

template <typename KeyOf>
Json renamed(const Json& value, KeyOf key_of) {
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value) out.push_back(renamed(item, key_of));
    return out;
  }
  if (!value.is_object()) return value;
  Json out = Json::object();
  for (const auto& [key, member] : value.items()) {
    const std::string name = key_of(key);
    const bool opaque = name == "sinkMultiaddr" || name == "taskParams";
    out[name] = opaque ? member : renamed(member, key_of);
  }
  return out;
}

}  // namespace

Json to_camel(const Json& value) {
  return renamed(value, camel_key);
}
Json to_snake(const Json& value) {
  return renamed(value, snake_key);
}

Json without_nulls(const Json& value) {
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value) out.push_back(without_nulls(item));
    return out;
  }
  if (!value.is_object()) return value;
  Json out = Json::object();
  for (const auto& [key, member] : value.items())
    if (!member.is_null()) out[key] = without_nulls(member);
  return out;
}

std::string text_of(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string tag_of(const Json& value) {
  return value.is_object() && value.size() == 1 ? value.begin().key() : std::string();
}

const Json& body_of(const Json& value) {
  static const Json kEmpty = Json::object();
  return value.is_object() && value.size() == 1 ? value.begin().value() : kEmpty;
}

}  // namespace exo_harness::fake
