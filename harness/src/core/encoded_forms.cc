#include "encoded_forms.h"

#include <algorithm>
#include <set>

#include "exo_harness/core/text.h"

#include "span.h"

namespace exo_harness {
namespace {

constexpr std::string_view kLower = "0123456789abcdef", kUpper = "0123456789ABCDEF";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void put_byte(std::string& out, std::string_view prefix, char c, std::string_view digits) {
  const auto byte = static_cast<unsigned char>(c);
  out += prefix;
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

template <class Keep>
std::string with_bytes(std::string_view value, std::string_view prefix, std::string_view digits, Keep keep) {
  std::string out;
  for (const char c : value) keep(c) ? void(out += c) : put_byte(out, prefix, c, digits);
  return out;
}

// The digits that `value` alone decides where `skipped` bytes stand before it in its group of three, and where it is
// the end of what was encoded, or not.
std::string base64_core(std::string_view value, std::size_t skipped, bool at_end) {
  const std::string bytes = std::string(skipped, '\0') + std::string(value);
  std::string digits;
  for (std::size_t bit = 0; bit + (at_end ? 1 : 6) <= 8 * bytes.size(); bit += 6) {
    const std::size_t byte = bit / 8, shift = bit % 8;
    const unsigned low = byte + 1 < bytes.size() ? static_cast<unsigned char>(bytes[byte + 1]) : 0;
    const unsigned two = static_cast<unsigned>(static_cast<unsigned char>(bytes[byte])) << 8 | low;
    digits += kBase64[two >> (10 - shift) & 63];
  }
  return digits.substr((8 * skipped + 5) / 6);
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

void add_escaped(std::set<std::string>& forms, std::string_view value) {
  const std::string slashed = replaced(std::string(value), "\\", "\\\\");
  std::string json = replaced(slashed, "\"", "\\\"");
  for (const auto& [raw, escaped] : {std::pair{"\n", "\\n"}, {"\r", "\\r"}, {"\t", "\\t"}})
    json = replaced(json, raw, escaped);
  forms.insert({json, replaced(json, "/", "\\/"), replaced(slashed, "'", "\\'")});
  forms.insert(escape_markup(value));
  for (const std::string_view digits : {kLower, kUpper}) {
    forms.insert(with_bytes(value, "\\x", digits, [](char) { return false; }));
    forms.insert(with_bytes(value, "\\u00", digits, [](char) { return false; }));
    forms.insert(with_bytes(value, "\\x", digits, [](char c) { return c >= 0x20 && c < 0x7f; }));
    forms.insert(with_bytes(value, "", digits, [](char) { return false; }));
  }
}

void add_percent_encoded(std::set<std::string>& forms, std::string_view value) {
  for (const std::string_view digits : {kLower, kUpper}) {
    for (const std::string_view kept : {"-_.~", "-_.~/", "-_.!~*'()", "-_.~$&+,/:;=?@!*'()"}) {
      const std::string form =
          with_bytes(value, "%", digits, [&](char c) { return is_alnum(c) || kept.find(c) != std::string_view::npos; });
      forms.insert(form);
      forms.insert(replaced(form, "%20", "+"));
    }
    forms.insert(with_bytes(value, "%", digits, [](char) { return false; }));
  }
}

}  // namespace

std::vector<std::string> encoded_forms(std::string_view value, std::size_t least) {
  std::set<std::string> forms = {std::string(value)};
  for (std::size_t skipped = 0; skipped < 3; ++skipped) {
    for (const bool at_end : {true, false}) {
      const std::string core = base64_core(value, skipped, at_end);
      forms.insert({core, replaced(replaced(core, "+", "-"), "/", "_"), replaced(core, "/", "\\/")});
    }
  }
  add_escaped(forms, value);
  add_percent_encoded(forms, value);
  std::vector<std::string> all;
  std::copy_if(forms.begin(), forms.end(), std::back_inserter(all), [&](const auto& f) { return f.size() >= least; });
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return all;
}

}  // namespace exo_harness
