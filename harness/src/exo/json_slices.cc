#include "json_slices.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::exo {

namespace {

[[noreturn]] void refuse(const std::string& pointer, std::string what, std::string_view seen) {
  throw ShapeError{pointer, std::move(what), printable(shorten(seen, kEvidenceBytes))};
}

/// What begins so, in the words of json::type_name.
std::string_view type_of(std::string_view value) {
  switch (value.empty() ? '\0' : value.front()) {
    case '{':
      return "object";
    case '[':
      return "array";
    case '"':
      return "string";
    case 't':
    case 'f':
      return "boolean";
    case 'n':
      return "null";
    default:
      return "number";
  }
}

/// The bytes that the walk over a nested value acts on.
constexpr std::array<bool, 256> kActs = [] {
  std::array<bool, 256> acts{};
  for (const char c : {'"', '{', '}', '[', ']', ','}) acts[static_cast<unsigned char>(c)] = true;
  return acts;
}();

/// Walks over one text; every place is an offset in it.
class Walk {
 public:
  Walk(std::string_view text, const std::string& pointer) : text_(text), pointer_(pointer) {}

  void blank() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }
  bool take(char c) {
    blank();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) broken(format("expected '{}'", c));
  }
  void expect_end() {
    blank();
    if (at_ != text_.size()) broken("more text after the end of the value");
  }
  std::string_view value() {
    blank();
    const std::size_t begin = at_;
    if (at_ == text_.size()) broken("the text ends where a value must be");
    if (text_[at_] == '{' || text_[at_] == '[') {
      nested();
    } else if (text_[at_] == '"') {
      string();
    } else {
      at_ = std::min(text_.find_first_of(",]} \n\r\t", at_), text_.size());
      if (at_ == begin) broken("no value");
    }
    return text_.substr(begin, at_ - begin);
  }
  std::string_view string() {
    blank();
    if (at_ == text_.size() || text_[at_] != '"') broken("expected a string");
    const std::size_t begin = at_++;
    do {
      at_ = text_.find('"', at_);
      if (at_ == text_.npos) broken_at(begin, "a string without an end");
    } while (is_escaped(begin, at_++));
    if (at_ - begin > kLongestString)
      broken_at(begin,
                format("a string of {}, {} are the limit", human_bytes(at_ - begin), human_bytes(kLongestString)));
    return text_.substr(begin, at_ - begin);
  }
  std::size_t values() const { return values_; }

 private:
  /// Whether an odd number of backslashes stands before that quote.
  bool is_escaped(std::size_t begin, std::size_t quote) const {
    std::size_t first = quote;
    while (first > begin + 1 && text_[first - 1] == '\\') --first;
    return (quote - first) % 2 == 1;
  }
  /// Over a bracket and all inside it. Which bracket closes which is checked where the parts are read.
  void nested() {
    int depth = 0;
    const std::size_t begin = at_;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (!kActs[static_cast<unsigned char>(c)]) continue;
      if (c == '"') {
        string();
        --at_;
      } else if (c == '{' || c == '[') {
        ++values_;
        if (++depth > kMostLevels)
          broken_at(begin, format("nested more than {} levels deep, which is the limit", kMostLevels));
      } else if (c == ',') {
        ++values_;
      } else if (c == '}' || c == ']') {
        if (--depth == 0) {
          ++at_;
          return;
        }
      }
    }
    broken_at(begin, "a bracket without its end");
  }
  [[noreturn]] void broken(const std::string& why) { broken_at(std::min(at_, text_.size()), why); }
  [[noreturn]] void broken_at(std::size_t at, const std::string& why) {
    refuse(pointer_, format("not JSON as expected: {}, at byte {}", why, at), text_.substr(at));
  }

  const std::string_view text_;
  const std::string& pointer_;
  std::size_t at_ = 0, values_ = 1;
};

std::string key_of(std::string_view quoted, const std::string& pointer) {
  const std::string_view inside = quoted.substr(1, quoted.size() - 2);
  const bool plain = std::all_of(inside.begin(), inside.end(), [](char c) {
    return c != '\\' && static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80;
  });
  return plain ? std::string(inside) : parse_part(quoted, pointer).get<std::string>();
}

void expect_type(std::string_view value, char first, std::string_view expected, const std::string& pointer) {
  if (value.empty() || value.front() != first)
    refuse(pointer, format("expected {}, found {}", expected, type_of(value)), value);
}

void check_count(std::size_t count, std::string_view value, const std::string& pointer) {
  if (count > kMostParts)
    refuse(pointer, format("more than {} entries in {}, which is the limit", kMostParts, human_bytes(value.size())),
           value);
}

}  // namespace

std::size_t check_text(std::string_view text) {
  const std::string root;
  Walk walk(text, root);
  walk.value();
  walk.expect_end();
  return walk.values();
}

std::map<std::string, std::string_view> members_of(std::string_view object, const std::string& pointer) {
  object = trim(object);
  expect_type(object, '{', "an object", pointer);
  std::map<std::string, std::string_view> members;
  Walk walk(object, pointer);
  walk.expect('{');
  if (!walk.take('}')) {
    do {
      std::string key = key_of(walk.string(), pointer);
      walk.expect(':');
      members.insert_or_assign(std::move(key), walk.value());
      check_count(members.size(), object, pointer);
    } while (walk.take(','));
    walk.expect('}');
  }
  walk.expect_end();
  return members;
}

void each_item(std::string_view array, const std::string& pointer,
               const std::function<void(std::size_t, std::string_view)>& take) {
  array = trim(array);
  expect_type(array, '[', "an array", pointer);
  Walk walk(array, pointer);
  walk.expect('[');
  if (!walk.take(']')) {
    std::size_t index = 0;
    do {
      take(index++, walk.value());
    } while (walk.take(','));
    walk.expect(']');
  }
  walk.expect_end();
}

Json parse_part(std::string_view text, const std::string& pointer) {
  if (text.size() > kMostValues) {  // A value takes a byte at least: shorter texts need no count.
    Walk walk(text, pointer);
    walk.value();
    if (walk.values() > kMostValues)
      refuse(pointer, format("about {} values, {} are the limit", walk.values(), kMostValues), text);
  }
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    refuse(pointer, format("not JSON as expected: {}", printable(shorten(error.what(), 400))), text);
  }
}

void check_part(std::string_view text, const std::string& pointer) {
  if (!Json::accept(text)) refuse(pointer, "not JSON as expected", text);
}

std::string pointer_step(std::string_view key) {
  std::string out = "/";
  for (const char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

bool same_key(std::string_view camel, std::string_view key) {
  std::size_t i = 0;
  for (std::size_t j = 0; j < key.size(); ++j, ++i) {
    char c = key[j];
    if (c == '_' && j + 1 < key.size() && (i >= camel.size() || camel[i] != '_')) {
      c = static_cast<char>(std::toupper(static_cast<unsigned char>(key[++j])));
    }
    if (i >= camel.size() || camel[i] != c) return false;
  }
  return i == camel.size();
}

}  // namespace exo_harness::exo
