#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/journal.h"

#include "fields.h"

namespace exo_harness::journal {
namespace {

using Json = nlohmann::json;

constexpr std::uintmax_t kMaxJournalBytes = std::uintmax_t{8} << 30;

// A file from elsewhere may hold control characters behind JSON escapes; what is read here may stand anywhere.
void get(const Json& from, std::string& to) {
  to = printable(from.get_ref<const std::string&>());
}
void get(const Json& from, bool& to) {
  to = from.get<bool>();
}
template <class T>
requires std::is_integral_v<T>
void get(const Json& from, T& to) {
  if (!from.is_number_integer()) throw std::invalid_argument("a field is not a whole number");
  to = from.get<T>();
}
void get(const Json& from, double& to) {
  if (!from.is_number() && !from.is_null()) throw std::invalid_argument("a field is not a number");
  to = from.is_null() ? std::numeric_limits<double>::quiet_NaN() : from.get<double>();
}
void get(const Json& from, std::optional<Verdict>& to) {
  to = parse_verdict(from.get_ref<const std::string&>());
}
void get(const Json& from, std::optional<Phase>& to) {
  to = parse_phase(from.get_ref<const std::string&>());
}
void get(const Json& from, std::optional<FailureKind>& to) {
  to = parse_failure_kind(from.get_ref<const std::string&>());
}
void get(const Json& from, std::optional<Blame>& to) {
  to = parse_blame(from.get_ref<const std::string&>());
}
template <class Part>
requires kHasFields<Part>
void get(const Json& from, Part& to);
template <class T>
void get(const Json& from, std::vector<T>& to) {
  for (const Json& one : from) get(one, to.emplace_back());
}
template <class T>
void get(const Json& from, std::map<std::string, T>& to) {
  for (const auto& [key, value] : from.get_ref<const Json::object_t&>()) get(value, to[printable(key)]);
}

template <class T>
requires kHasFields<T>
void get(const Json& from, T& to) {
  const auto get_field = [&](std::string_view name, auto& member) {
    if (const auto at = from.find(name); at != from.end()) get(*at, member);
  };
  std::apply([&](const auto&... f) { (get_field(f.name, to.*f.member), ...); }, kFields<T>);
}

template <std::size_t kIndex = 0>
Body body_of(const std::string& event, const Json& json, std::string_view line) {
  using T = std::variant_alternative_t<kIndex, Body>;
  if constexpr (std::is_same_v<T, Unknown>) {  // The last of them.
    return Unknown{event, std::string(line)};
  } else {
    if (event != T::kEvent) return body_of<kIndex + 1>(event, json, line);
    T body;
    get(json, body);
    return body;
  }
}

Record parse_line(std::string_view line, int& version) {
  const Json json = Json::parse(line);
  if (!json.is_object()) throw std::invalid_argument("not an object");
  int of_this = 0;
  if (const auto v = json.find("v"); v != json.end()) get(*v, of_this);
  Record record;
  std::string event;
  get(json.at("seq"), record.sequence);
  get(json.at("t_ns"), record.t_ns);
  get(json.at("utc"), record.utc);
  get(json.at("w"), record.writer);
  get(json.at("ev"), event);
  record.body = body_of(event, json, line);
  version = std::max(version, of_this);
  return record;
}

class Sequences {
 public:
  // What is wrong with the number of this record; nothing when it is the next of its writer, or a writer restarts.
  std::optional<std::string> check(const Record& record) {
    std::int64_t& next = next_[record.writer];
    const std::int64_t wanted = std::exchange(next, record.sequence + 1);
    if (record.sequence == wanted || record.sequence == 0) return std::nullopt;
    return format("writer {}: record {} follows {}, {}", record.writer, record.sequence, wanted - 1,
                  record.sequence > wanted ? format("{} lost", record.sequence - wanted) : "out of order");
  }

 private:
  std::map<std::string, std::int64_t> next_;
};

}  // namespace

Transcript parse_journal(std::string_view text) {
  Transcript transcript;
  Sequences sequences;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    transcript.torn_tail = end == std::string_view::npos;
    if (transcript.torn_tail) break;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.empty()) continue;
    try {
      Record record = parse_line(line, transcript.version);
      if (const auto gap = sequences.check(record)) transcript.trouble.push_back(format("line {}: {}", number, *gap));
      transcript.records.push_back(std::move(record));
    } catch (const std::exception& error) {
      transcript.trouble.push_back(format("line {} is not a record: {} ({})", number,
                                          printable(shorten(error.what(), 160)), printable(shorten(line, 80))));
    }
  }
  return transcript;
}

Transcript read_journal(const std::filesystem::path& file) {
  return parse_journal(read_file(file, kMaxJournalBytes));
}

}  // namespace exo_harness::journal
