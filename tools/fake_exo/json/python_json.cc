#include "json/python_json.h"

#include <cctype>

namespace exo_harness::fake {
namespace {

/// Follows CPython's decoder closely enough to find its messages and positions.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::optional<PythonJsonError> run() {
    space();
    value(0);
    if (!error_) {
      space();
      if (at_ < text_.size()) fail("Extra data", at_);
    }
    return error_;
  }

 private:
  void fail(const char* message, std::size_t at) {
    if (!error_) error_ = PythonJsonError{message, at};
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void space() {
    while (at_ < text_.size() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) ++at_;
  }

  void value(int depth) {
    if (depth > 900) return fail("Expecting value", at_);
    if (peek() == '{') return object(depth);
    if (peek() == '[') return array(depth);
    if (peek() == '"') return string();
    for (std::string_view word : {"true", "false", "null", "NaN", "Infinity", "-Infinity"})
      if (text_.substr(at_, word.size()) == word) {
        at_ += word.size();
        return;
      }
    number();
  }

  void number() {
    const std::size_t start = at_;
    std::size_t i = at_ + (peek() == '-' ? 1 : 0);
    if (i >= text_.size() || !std::isdigit(static_cast<unsigned char>(text_[i]))) return fail("Expecting value", start);
    auto digits = [&] {
      while (i < text_.size() && std::isdigit(static_cast<unsigned char>(text_[i]))) ++i;
    };
    if (text_[i] == '0')
      ++i;
    else
      digits();
    if (i + 1 < text_.size() && text_[i] == '.' && std::isdigit(static_cast<unsigned char>(text_[i + 1])))
      ++i, digits();
    if (i < text_.size() && (text_[i] == 'e' || text_[i] == 'E')) {
      std::size_t sign = i + 1;
      if (sign < text_.size() && (text_[sign] == '+' || text_[sign] == '-')) ++sign;
      if (sign < text_.size() && std::isdigit(static_cast<unsigned char>(text_[sign]))) i = sign, digits();
    }
    at_ = i;
  }

  void string() {
    const std::size_t start = at_++;
    while (at_ < text_.size() && peek() != '"') {
      if (static_cast<unsigned char>(peek()) < 0x20) return fail("Invalid control character at", at_);
      if (peek() == '\\') {
        ++at_;
        if (at_ < text_.size() && std::string_view("\"\\/bfnrtu").find(peek()) == std::string_view::npos)
          return fail("Invalid \\escape", at_ - 1);
      }
      ++at_;
    }
    if (at_ >= text_.size()) return fail("Unterminated string starting at", start);
    ++at_;
  }

  void object(int depth) {
    ++at_;
    space();
    if (peek() == '}') return void(++at_);
    while (!error_) {
      if (peek() != '"') return fail("Expecting property name enclosed in double quotes", at_);
      string();
      if (error_) return;
      space();
      if (peek() != ':') return fail("Expecting ':' delimiter", at_);
      ++at_;
      space();
      value(depth + 1);
      if (error_) return;
      space();
      if (peek() == '}') return void(++at_);
      if (peek() != ',') return fail("Expecting ',' delimiter", at_);
      const std::size_t comma = at_++;
      space();
      if (peek() == '}') return fail("Illegal trailing comma before end of object", comma);
    }
  }

  void array(int depth) {
    ++at_;
    space();
    if (peek() == ']') return void(++at_);
    while (!error_) {
      value(depth + 1);
      if (error_) return;
      space();
      if (peek() == ']') return void(++at_);
      if (peek() != ',') return fail("Expecting ',' delimiter", at_);
      const std::size_t comma = at_++;
      space();
      if (peek() == ']') return fail("Illegal trailing comma before end of array", comma);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<PythonJsonError> error_;
};

}  // namespace

std::optional<PythonJsonError> python_json_error(std::string_view text) {
  return Scanner(text).run();
}

}  // namespace exo_harness::fake
