#include "json/json_text.h"

#include <algorithm>
#include <cctype>

#include "json/json.h"

namespace exo_harness::fake {
namespace {

/// One past the quote that ends the string which begins at `begin`.
std::size_t end_of_string(std::string_view json, std::size_t begin) {
  for (std::size_t i = begin + 1; i < json.size(); ++i) {
    if (json[i] == '\\')
      ++i;
    else if (json[i] == '"')
      return i + 1;
  }
  return json.size();
}

/// One past the end of the value which begins at `begin`.
std::size_t end_of_value(std::string_view json, std::size_t begin) {
  int depth = 0;
  for (std::size_t i = begin; i < json.size(); ++i) {
    const char c = json[i];
    const bool closes = c == '}' || c == ']';
    if (depth == 0 && (closes || c == ',')) return i;
    if (c == '"') i = end_of_string(json, i) - 1;
    depth += c == '{' || c == '[' ? 1 : closes ? -1 : 0;
    if (depth == 0 && (closes || c == '"')) return i + 1;
  }
  return json.size();
}

void append_camel(std::string& out, std::string_view key) {
  for (std::size_t i = 0; i < key.size(); ++i) {
    const bool word_start = key[i] == '_' && i > 1 && i + 2 < key.size();  // Of the name, which is between quotes.
    out += word_start ? static_cast<char>(std::toupper(static_cast<unsigned char>(key[++i]))) : key[i];
  }
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

}  // namespace

// A quote inside a string stands behind a backslash, so `"name":` is a member wherever it is.
std::string_view member(std::string_view json, std::string_view name) {
  for (std::size_t at = json.find(name); at != std::string_view::npos; at = json.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if (at == 0 || json[at - 1] != '"' || json.substr(end, 2) != "\":") continue;
    return json.substr(end + 2, end_of_value(json, end + 2) - end - 2);
  }
  return {};
}

std::string unquoted(std::string_view value) {
  if (value.size() < 2 || value.front() != '"') return "";
  if (value.find('\\') == std::string_view::npos) return std::string(value.substr(1, value.size() - 2));
  const Json text = Json::parse(value, nullptr, false);
  return text.is_string() ? text.get<std::string>() : "";
}

std::string json_string(std::string_view text) {
  if (!is_plain(text)) return text_of(std::string(text));
  std::string out = "\"";
  return out.append(text).append("\"");
}

std::vector<std::string_view> objects(std::string_view array) {
  std::vector<std::string_view> out;
  for (std::size_t at = array.find('{'); at != std::string_view::npos; at = array.find('{', at)) {
    const std::size_t end = end_of_value(array, at);
    out.push_back(array.substr(at, end - at));
    at = end;
  }
  return out;
}

std::string camel_text(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t i = 0; i < json.size();) {
    if (json[i] != '"') {
      out += json[i++];
      continue;
    }
    const std::size_t end = end_of_string(json, i);
    const bool is_key = end < json.size() && json[end] == ':';
    is_key ? append_camel(out, json.substr(i, end - i)) : void(out.append(json.substr(i, end - i)));
    i = end;
  }
  return out;
}

}  // namespace exo_harness::fake
