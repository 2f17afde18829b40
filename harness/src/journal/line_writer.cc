#include <charconv>
#include <tuple>
#include <type_traits>
#include <variant>

#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/journal.h"

#include "fields.h"

namespace exo_harness::journal {
namespace {

// No single text is longer; a model that babbles must not fill the disk through its error message.
constexpr std::size_t kMaxTextBytes = 1u << 20;

std::string without_middle(std::string_view text) {
  if (text.size() <= kMaxTextBytes) return std::string(text);
  std::string_view tail = text.substr(text.size() - kMaxTextBytes / 4);
  while (!tail.empty() && (static_cast<unsigned char>(tail[0]) & 0xc0) == 0x80) tail.remove_prefix(1);
  return shorten(text.substr(0, text.size() - tail.size()), kMaxTextBytes * 3 / 4) + "\n" + std::string(tail);
}

// Printable ASCII without the escape character: nothing to strip or show.
bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7e) return false;
  }
  return true;
}

class LineWriter {
 public:
  explicit LineWriter(std::string& out) : out_(out) {}

  template <class T>
  void field(std::string_view name, const T& value) {
    out_ += first_ ? "\"" : ",\"";
    first_ = false;
    out_ += name;
    out_ += "\":";
    put(value);
  }

 private:
  void put(bool value) { out_ += value ? "true" : "false"; }
  template <class T>
  requires std::is_integral_v<T>
  void put(T value) {
    char digits[24];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
  void put(const std::string& text) {
    const bool plain = text.size() <= kMaxTextBytes && is_plain(text);
    quote(plain ? redact(text) : printable(redact(strip_ansi(without_middle(text)))));
  }
  void put(const std::vector<std::string>& texts) {
    list('[', ']', texts, [&](const std::string& text) {
      // `--api-key VALUE`: the name of the secret is the argument before it.
      const bool secret = &text != &texts.front() && *(&text - 1) != "" && (&text)[-1][0] == '-' && text[0] != '-' &&
                          is_secret_name((&text)[-1]);
      secret ? put(std::string("[redacted]")) : put(text);
    });
  }
  void put(const std::map<std::string, std::string>& texts) {
    list('{', '}', texts, [&](const auto& entry) {
      put(entry.first);
      out_ += ':';
      put(is_secret_name(entry.first) ? std::string("[redacted]") : entry.second);
    });
  }
  void put(const std::vector<TestFailure>& failures) {
    list('[', ']', failures, [&](const TestFailure& failure) {
      out_ += '{';
      LineWriter inner(out_);
      std::apply([&](const auto&... f) { (inner.field(f.name, failure.*f.member), ...); }, kFields<TestFailure>);
      out_ += '}';
    });
  }

  template <class Values, class Put>
  void list(char open, char close, const Values& values, Put put_one) {
    out_ += open;
    bool first = true;
    for (const auto& value : values) {
      if (!first) out_ += ',';
      first = false;
      put_one(value);
    }
    out_ += close;
  }

  void quote(std::string_view text) {
    out_ += '"';
    for (const char c : text) {
      switch (c) {
        case '"':
          out_ += "\\\"";
          break;
        case '\\':
          out_ += "\\\\";
          break;
        case '\n':
          out_ += "\\n";
          break;
        case '\r':
          out_ += "\\r";
          break;
        case '\t':
          out_ += "\\t";
          break;
        default:
          out_ += c;
      }
    }
    out_ += '"';
  }

  std::string& out_;
  bool first_ = true;
};

template <class T>
void put_body(LineWriter& writer, const T& body) {
  writer.field("ev", std::string(T::kEvent));
  std::apply([&](const auto&... f) { (writer.field(f.name, body.*f.member), ...); }, kFields<T>);
}

}  // namespace

std::string to_line(const Record& record) {
  // What a newer version wrote is kept as it is.
  if (const auto* unknown = std::get_if<Unknown>(&record.body); unknown && !unknown->json.empty()) {
    return unknown->json + "\n";
  }
  std::string line = "{";
  line.reserve(512);
  LineWriter writer(line);
  writer.field("v", 1);
  writer.field("seq", record.sequence);
  writer.field("t_ns", record.t_ns);
  writer.field("utc", record.utc);
  writer.field("w", record.writer);
  std::visit([&](const auto& body) { put_body(writer, body); }, record.body);
  line += "}\n";
  return line;
}

}  // namespace exo_harness::journal
