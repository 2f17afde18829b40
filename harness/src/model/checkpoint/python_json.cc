// Python's dialect of JSON: a recursive descent over the text, bounded in depth, that keeps what a model's author
// should hear of (numbers that are none, keys that stand twice).
#include "python_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "lfs_pointer.h"

namespace exo_harness::model {
namespace {

using nlohmann::json;
constexpr std::size_t kMostRemarks = 20;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void append_utf8(std::string& to, unsigned c) {
  const auto tail = [&](int shift) { to += static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) {
    to += static_cast<char>(c);
  } else if (c < 0x800) {
    to += static_cast<char>(0xc0 | c >> 6);
    tail(0);
  } else if (c < 0x10000) {
    to += static_cast<char>(0xe0 | c >> 12);
    tail(6), tail(0);
  } else {
    to += static_cast<char>(0xf0 | c >> 18);
    tail(12), tail(6), tail(0);
  }
}

class Parser {
 public:
  Parser(std::string_view text, std::string_view name, int deepest) : text_(text), name_(name), deepest_(deepest) {}

  PythonJson run() {
    if (text_.starts_with("\xef\xbb\xbf")) fail("a value, found a byte order mark (Python refuses it)");
    result_.value = value();
    blanks();
    if (at_ != text_.size()) fail_at_word("the end of the file");
    return std::move(result_);
  }

 private:
  [[noreturn]] void fail(std::string_view expected) const {
    const std::string_view before = text_.substr(0, at_);
    const std::size_t line_begin = before.rfind('\n') + 1;
    throw HarnessError(format("{}: not JSON: line {}, column {}: expected {}", name_,
                              std::count(before.begin(), before.end(), '\n') + 1, at_ - line_begin + 1, expected),
                       kFetchAgain);
  }
  [[noreturn]] void fail_at_word(std::string_view expected) const {
    const std::string_view rest = first_line(text_.substr(at_));
    fail(format("{}, found {}", expected,
                at_ >= text_.size() ? "the end of the file" : "`" + shorten(printable(rest), 40) + "`"));
  }

  bool more() const { return at_ < text_.size(); }
  char now() const { return more() ? text_[at_] : '\0'; }
  void blanks() {
    while (more() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
  }
  bool take(std::string_view word) {
    if (text_.compare(at_, word.size(), word) != 0) return false;
    at_ += word.size();
    return true;
  }

  void remark(std::vector<std::string>& list, const char* what) const {
    if (list.size() < kMostRemarks) list.push_back(shorten(printable(path_), 200) + what);
  }
  json not_finite(double number, const char* what) {
    remark(result_.not_finite, what);
    return number;
  }

  json value() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    blanks();
    if (now() == '{') return object();
    if (now() == '[') return array();
    if (now() == '"') return string();
    if (take("null")) return nullptr;
    if (take("true")) return true;
    if (take("false")) return false;
    if (take("NaN")) return not_finite(std::numeric_limits<double>::quiet_NaN(), " is NaN");
    if (take("Infinity")) return not_finite(kInfinity, " is Infinity");
    if (take("-Infinity")) return not_finite(-kInfinity, " is -Infinity");
    if (now() == '-' || is_digit(now())) return number();
    fail_at_word("a value");
  }

  void enter() {
    if (++depth_ <= deepest_) return;
    throw HarnessError(format("{}: nested deeper than {}", name_, deepest_), kFetchAgain);
  }

  json object() {
    enter();
    json members = json::object();
    const std::size_t outer = path_.size();
    ++at_;
    blanks();
    while (now() != '}') {
      if (now() != '"') fail_at_word("a key in double quotes");
      const std::string key = string();
      path_ += (path_.empty() ? "" : ".") + key;
      if (members.contains(key)) remark(result_.twice, "");
      blanks();
      if (!take(":")) fail_at_word("`:`");
      members[key] = value();
      path_.resize(outer);
      if (!goes_on('}')) break;
      if (now() == '}') fail_at_word("a key in double quotes");
    }
    return leave(std::move(members));
  }

  json array() {
    enter();
    json items = json::array();
    const std::size_t outer = path_.size();
    ++at_;
    blanks();
    while (now() != ']') {
      path_ += format("[{}]", items.size());
      items.push_back(value());
      path_.resize(outer);
      if (!goes_on(']')) break;
      if (now() == ']') fail_at_word("a value");
    }
    return leave(std::move(items));
  }

  /// Behind a member: whether a comma leads to another one.
  bool goes_on(char end) {
    blanks();
    if (now() == end) return false;
    if (!take(",")) fail_at_word(format("`,` or `{}`", end));
    blanks();
    return true;
  }

  json leave(json container) {
    --depth_;
    ++at_;
    return container;
  }

  json number() {
    const std::size_t begin = at_;
    bool whole = true;
    take("-");
    if (!is_digit(now())) fail_at_word("a digit");
    if (!take("0")) digits();
    if (now() == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) {
      whole = false;
      ++at_;
      digits();
    }
    if (const std::size_t exponent = exponent_length(); exponent > 0) {
      whole = false;
      at_ += exponent;
      digits();
    }
    return number_of(text_.substr(begin, at_ - begin), whole);
  }

  void digits() {
    while (is_digit(now())) ++at_;
  }
  /// Of `e`, sign; 0: there is no exponent here.
  std::size_t exponent_length() const {
    if (now() != 'e' && now() != 'E') return 0;
    std::size_t length = 1;
    if (at_ + 1 < text_.size() && (text_[at_ + 1] == '+' || text_[at_ + 1] == '-')) ++length;
    return at_ + length < text_.size() && is_digit(text_[at_ + length]) ? length : 0;
  }

  json number_of(std::string_view token, bool whole) {
    const char* end = token.data() + token.size();
    if (whole && token[0] == '-') {
      std::int64_t number = 0;
      if (std::from_chars(token.data(), end, number).ec == std::errc()) return number;
    } else if (whole) {
      std::uint64_t number = 0;
      if (std::from_chars(token.data(), end, number).ec == std::errc()) return number;
    }
    const json parsed = json::parse(token, nullptr, false);  // std::from_chars of doubles is not in every libc++
    if (!parsed.is_discarded()) return parsed.get<double>();
    return token[0] == '-' ? not_finite(-std::numeric_limits<double>::infinity(), " is less than any double")
                           : not_finite(std::numeric_limits<double>::infinity(), " is more than any double");
  }

  std::string string() {
    std::string result;
    for (++at_; more(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return result;
      }
      if (static_cast<unsigned char>(c) < 0x20) fail("no control character in a string");
      if (c == '\\')
        escape(result);
      else
        result += c;
    }
    fail("`\"` at the end of a string, found the end of the file");
  }

  /// Leaves `at_` on the last character of the escape.
  void escape(std::string& to) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt", kMeaning = "\"\\/\b\f\n\r\t";
    ++at_;
    if (now() == 'u') return append_utf8(to, code_point());
    const std::size_t letter = more() ? kLetters.find(now()) : std::string_view::npos;
    if (letter == std::string_view::npos) fail_at_word("an escape such as `\\n`");
    to += kMeaning[letter];
  }

  unsigned code_point() {
    const unsigned first = hex4();
    if (first < 0xd800 || first > 0xdfff) return first;
    if (first >= 0xdc00 || text_.compare(at_ + 1, 2, "\\u") != 0) return 0xfffd;
    const std::size_t back = at_;
    at_ += 2;
    const unsigned second = hex4();
    if (second >= 0xdc00 && second <= 0xdfff) return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
    at_ = back;
    return 0xfffd;
  }

  /// Of `uXXXX`: from the `u` to the last digit.
  unsigned hex4() {
    unsigned code = 0;
    const std::string_view four = text_.substr(at_ + 1, 4);
    const auto [end, error] = std::from_chars(four.data(), four.data() + four.size(), code, 16);
    if (four.size() != 4 || error != std::errc() || end != four.data() + 4)
      fail("four hexadecimal digits behind `\\u`");
    at_ += 4;
    return code;
  }

  std::string_view text_, name_;
  int deepest_, depth_ = 0;
  std::size_t at_ = 0;
  std::string path_;
  PythonJson result_;
};

}  // namespace

PythonJson parse_python_json(std::string_view text, std::string_view name, int deepest) {
  refuse_lfs_pointer(text, name);
  if (!is_utf8(text)) throw HarnessError(format("{}: not JSON: it is not UTF-8", name), kFetchAgain);
  return Parser(text, name, deepest).run();
}

}  // namespace exo_harness::model
