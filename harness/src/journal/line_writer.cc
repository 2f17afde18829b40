#include "line_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <tuple>
#include <type_traits>
#include <variant>

#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/core/utf8.h"
#include "exo_harness/journal/journal.h"

#include "fields.h"

namespace exo_harness::journal {
namespace {

// No single text is longer; a model that babbles must not fill the disk through its error message.
constexpr std::size_t kMaxTextBytes = 1u << 20;

std::string clean(std::string_view text) {
  return printable(redact(strip_ansi(text)));
}

// The middle is left out of what is clean already, and what stands at the cut goes with it: half a secret is not
// recognised.
std::string clean_ends(std::string_view text) {
  constexpr std::size_t kCut = 64u << 10, kHead = kMaxTextBytes * 3 / 4, kTail = kMaxTextBytes / 4;
  if (text.size() <= kMaxTextBytes) return clean(text);
  const std::string head = clean(text.substr(0, kHead)), tail = clean(text.substr(text.size() - kTail));
  const std::size_t head_end = begin_of_character(head, head.size() - std::min(kCut, head.size()));
  const std::size_t tail_begin = next_character(tail, std::min(kCut, tail.size()));
  return format("{} [{} bytes more]\n{}", std::string_view(head).substr(0, head_end),
                text.size() - kHead - kTail + 2 * kCut, std::string_view(tail).substr(tail_begin));
}

// No secret is shorter; see `add_secret`.
constexpr std::size_t kMinSecretBytes = 6;

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

  // A word of our own, which neither holds a secret nor needs an escape.
  void own_field(std::string_view name, std::string_view word) {
    out_ += first_ ? "\"" : ",\"";
    first_ = false;
    out_ += name;
    out_ += "\":\"";
    out_ += word;
    out_ += '"';
  }

 private:
  void put(bool value) { out_ += value ? "true" : "false"; }
  template <class T>
  requires std::is_integral_v<T>
  void put(T value) {
    char digits[24];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
  // What is no number (a rate of no time) is `null`: JSON has no word for it.
  void put(double value) { out_ += std::isfinite(value) ? format("{}", value) : "null"; }
  // Our own words are no secrets and need no escape.
  template <class Word>
  requires std::is_enum_v<Word>
  void put(const std::optional<Word>& word) {
    out_ += '"';
    if (word) out_ += to_string(*word);
    out_ += '"';
  }
  void put(std::string_view text) {
    const bool plain = text.size() <= kMaxTextBytes && is_plain(text);
    if (plain && text.size() < kMinSecretBytes) {
      quote(text);
    } else {
      quote(plain ? redact(text) : clean_ends(text));
    }
  }
  void put(const std::vector<std::string>& texts) {
    list('[', ']', texts, [&](const std::string& text) {
      // `--api-key VALUE`: the name of the secret is the argument before it.
      const bool secret = &text != &texts.front() && !(&text)[-1].empty() && (&text)[-1][0] == '-' && text[0] != '-' &&
                          is_secret_name((&text)[-1]);
      put(secret ? std::string_view("[redacted]") : std::string_view(text));
    });
  }
  void put(const std::map<std::string, std::string>& texts) {
    list('{', '}', texts, [&](const auto& entry) {
      put(entry.first);
      out_ += ':';
      put(is_secret_name(entry.first) ? std::string_view("[redacted]") : std::string_view(entry.second));
    });
  }
  template <class Number>
  void put(const std::map<std::string, Number>& numbers) {
    list('{', '}', numbers, [&](const auto& entry) {
      put(entry.first);
      out_ += ':';
      put(entry.second);
    });
  }
  template <class T>
  void put(const std::vector<T>& values) {
    list('[', ']', values, [&](const T& value) { put(value); });
  }
  template <class Part>
  requires kHasFields<Part>
  void put(const Part& part) {
    out_ += '{';
    LineWriter inner(out_);
    std::apply([&](const auto&... f) { (inner.field(f.name, part.*f.member), ...); }, kFields<Part>);
    out_ += '}';
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
    // In runs: few characters need an escape.
    for (std::size_t at = text.find_first_of("\"\\\n\r\t"); at != std::string_view::npos;
         at = text.find_first_of("\"\\\n\r\t")) {
      out_ += text.substr(0, at);
      out_ += '\\';
      const char c = text[at];
      out_ += c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c;
      text.remove_prefix(at + 1);
    }
    out_ += text;
    out_ += '"';
  }

  std::string& out_;
  bool first_ = true;
};

// `2026-11-25T03:30:00.123Z`
bool is_time(std::string_view utc) {
  constexpr std::string_view kMarks = "-:.TZ";
  return utc.size() == 24 && std::all_of(utc.begin(), utc.end(), [&](char c) {
           return (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos;
         });
}

template <class T>
void put_body(LineWriter& writer, const T& body) {
  static_assert(kHasFields<T> || std::is_same_v<T, Unknown>, "a record whose fields have no names in fields.h");
  writer.own_field("ev", T::kEvent);
  std::apply([&](const auto&... f) { (writer.field(f.name, body.*f.member), ...); }, kFields<T>);
}

}  // namespace

void write_line(std::string& line, std::string_view writer, std::int64_t sequence, std::int64_t t_ns,
                std::string_view utc, const Body& body) {
  // What a newer version wrote is kept as it is.
  if (const auto* unknown = std::get_if<Unknown>(&body); unknown && !unknown->json.empty()) {
    line += unknown->json + "\n";
    return;
  }
  line += '{';
  LineWriter fields(line);
  fields.field("v", 1);
  fields.field("seq", sequence);
  fields.field("t_ns", t_ns);
  is_time(utc) ? fields.own_field("utc", utc) : fields.field("utc", utc);  // It may come from a journal that was read.
  fields.field("w", writer);
  std::visit([&](const auto& one) { put_body(fields, one); }, body);
  line += "}\n";
}

std::string to_line(const Record& record) {
  std::string line;
  write_line(line, record.writer, record.sequence, record.t_ns, record.utc, record.body);
  return line;
}

}  // namespace exo_harness::journal
