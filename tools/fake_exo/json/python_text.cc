#include "json/python_text.h"

namespace exo_harness::fake {

std::string python_text(const Json& value) {
  if (value.is_null()) return "None";
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (value.is_string()) return "'" + value.get<std::string>() + "'";
  if (value.is_array()) {
    std::string out = "[";
    for (const Json& item : value) out += (out.size() > 1 ? ", " : "") + python_text(item);
    return out + "]";
  }
  if (value.is_object()) {
    std::string out = "{";
    for (const auto& [key, member] : value.items())
      out += (out.size() > 1 ? ", '" : "'") + key + "': " + python_text(member);
    return out + "}";
  }
  return text_of(value);
}

std::string python_call(const std::string& name, const Json& fields) {
  std::string out = name + "(";
  for (const auto& [key, member] : fields.items()) {
    if (out.back() != '(') out += ' ';
    out += key + "=" + python_text(member);
  }
  return out + ")";
}

}  // namespace exo_harness::fake
