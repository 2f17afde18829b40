#include "exo_harness/exo/version.h"

#include <algorithm>
#include <charconv>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::exo {
namespace {

constexpr Version kLibp2pMain{{1, 0, 71}, 41};
constexpr Version kFirstZenoh{{1, 0, 71}, 42};
constexpr Version kRecordedZenoh{{1, 0, 71}, 44};

/// Takes a number of at most six digits off the front; nothing when there is none.
std::optional<int> take_number(std::string_view& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + std::min<std::size_t>(6, text.size()), value);
  if (error != std::errc() || text.empty() || text[0] == '-') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take_sign(std::string_view& text, char sign) {
  if (text.empty() || text[0] != sign) return false;
  text.remove_prefix(1);
  return true;
}

Version next(Version version) {
  ++version.commits;
  return version;
}

std::optional<VersionRange> range_of_word(std::string_view word) {
  if (word == "all") return VersionRange{};
  if (word == "libp2p") return VersionRange{std::nullopt, kFirstZenoh};
  if (word == "zenoh") return zenoh_versions();
  const std::string_view bound = word.substr(0, word.find_first_not_of("<>="));
  const auto version = parse_version(word.substr(bound.size()));
  if (!version) return std::nullopt;
  if (bound.empty() || bound == "=") return VersionRange{*version, next(*version)};
  if (bound == ">=") return VersionRange{*version, std::nullopt};
  if (bound == ">") return VersionRange{next(*version), std::nullopt};
  if (bound == "<") return VersionRange{std::nullopt, *version};
  if (bound == "<=") return VersionRange{std::nullopt, next(*version)};
  return std::nullopt;
}

/// Bounds that hold together, blanks between; a blank may also stand behind `<`.
std::optional<VersionRange> range_of_bounds(std::string_view text, std::string* wrong) {
  VersionRange range;
  std::string bound;
  for (const std::string_view part : split(text, ' ')) {
    if (part.empty()) continue;
    bound += part;
    if (part.find_first_not_of("<>=") == std::string_view::npos) continue;
    const auto one = range_of_word(bound);
    if (!one && wrong != nullptr) *wrong = bound;
    if (!one) return std::nullopt;
    range = both(range, *one);
    bound.clear();
  }
  if (bound.empty()) return range;
  if (wrong != nullptr) *wrong = bound;
  return std::nullopt;
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
  Version version;
  take_sign(text, 'v');
  for (int i = 0; i < 3; ++i) {
    if (i > 0 && !take_sign(text, '.')) return std::nullopt;
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    version.release[i] = *number;
  }
  if (text.empty()) return version;
  const bool is_described = text[0] == '-';
  if (!take_sign(text, '+') && !take_sign(text, '-')) return std::nullopt;
  const auto commits = take_number(text);
  if (!commits || (is_described ? !text.starts_with("-g") : !text.empty())) return std::nullopt;
  version.commits = *commits;
  return version;
}

std::string to_string(const Version& version) {
  const std::string release = format("v{}.{}.{}", version.release[0], version.release[1], version.release[2]);
  return version.commits == 0 ? release : format("{}+{}", release, version.commits);
}

bool VersionRange::contains(const Version& version) const {
  return (!from || *from <= version) && (!before || version < *before);
}

VersionRange both(const VersionRange& a, const VersionRange& b) {
  VersionRange range = a;
  if (b.from && (!range.from || *range.from < *b.from)) range.from = b.from;
  if (b.before && (!range.before || *b.before < *range.before)) range.before = b.before;
  return range;
}

bool are_apart(const VersionRange& a, const VersionRange& b) {
  return both(a, b).is_empty();
}

bool is_within(const VersionRange& inner, const VersionRange& outer) {
  return both(inner, outer) == inner;
}

VersionRange zenoh_versions() {
  return {kFirstZenoh, std::nullopt};
}

bool meet(const Versions& a, const Versions& b) {
  return std::any_of(a.begin(), a.end(), [&](const VersionRange& one) {
    return std::any_of(b.begin(), b.end(), [&](const VersionRange& other) { return !are_apart(one, other); });
  });
}

std::string to_string(const VersionRange& range) {
  if (range.from && range.before && next(*range.from) == *range.before) return to_string(*range.from);
  if (range.from && range.before && range.before->commits > 0) {
    Version last = *range.before;
    --last.commits;
    return format("{} up to {}", to_string(*range.from), to_string(last));
  }
  if (range.from && range.before)
    return format("{} or newer, before {}", to_string(*range.from), to_string(*range.before));
  if (range.from) return to_string(*range.from) + " or newer";
  return range.before ? "before " + to_string(*range.before) : "any version";
}

std::optional<Versions> parse_versions(std::string_view text, std::string* wrong) {
  Versions ranges;
  for (const std::string_view part : split(text, ',')) {
    if (trim(part).empty()) continue;
    const auto range = range_of_bounds(part, wrong);
    if (!range) return std::nullopt;
    if (range->is_empty()) {
      if (wrong != nullptr) *wrong = trim(part);
      return std::nullopt;
    }
    ranges.push_back(*range);
  }
  if (ranges.empty() && !trim(text).empty()) {
    if (wrong != nullptr) *wrong = trim(text);
    return std::nullopt;
  }
  if (ranges.empty()) ranges.emplace_back();
  return ranges;
}

bool is_in(const Versions& ranges, const Version& version) {
  for (const VersionRange& range : ranges) {
    if (range.contains(version)) return true;
  }
  return false;
}

std::optional<Version> recorded_version(Generation generation) {
  switch (generation) {
    case Generation::v1_0_71:
      return Version{{1, 0, 71}, 0};
    case Generation::main:
      return kLibp2pMain;
    case Generation::zenoh:
      return kRecordedZenoh;
    case Generation::unknown:
      break;
  }
  return std::nullopt;
}

bool names_generation(std::string_view versions, Generation generation) {
  if (trim(versions).empty()) return true;
  const auto ranges = parse_versions(versions);
  const auto version = recorded_version(generation);
  return ranges && version && is_in(*ranges, *version);
}

VersionRange SeenVersion::range() const {
  VersionRange all;
  for (const VersionSign& sign : signs) all = both(all, sign.range);
  return all;
}

Generation SeenVersion::generation() const {
  Generation found = Generation::unknown;
  for (const Generation each : {Generation::v1_0_71, Generation::main, Generation::zenoh}) {
    if (!range().contains(*recorded_version(each))) continue;
    if (found != Generation::unknown) return Generation::unknown;
    found = each;
  }
  return found;
}

std::string to_string(const SeenVersion& seen) {
  const VersionRange range = seen.range();
  std::vector<std::string> reasons;
  for (const VersionSign& sign : seen.signs) {
    const bool bounds =
        (sign.range.from && sign.range.from == range.from) || (sign.range.before && sign.range.before == range.before);
    if (bounds || range.is_empty()) reasons.push_back(sign.reason);
  }
  const std::string word = range.is_empty() ? "of no one version" : to_string(range);
  return reasons.empty() ? word : format("{} ({})", word, join(reasons, ", "));
}

}  // namespace exo_harness::exo
