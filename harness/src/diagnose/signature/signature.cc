#include "exo_harness/diagnose/signature/signature.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <ostream>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "log_record.h"
#include "signature_impl.h"

namespace exo_harness::diagnose {
namespace {

// How far from its needle the text of a signature may reach, and how often a line is tried: std::regex recurses once a
// character, so it gets no more than it can bear.
constexpr std::size_t kReach = 1024;
constexpr std::size_t kTries = 16;

constexpr std::array<std::string_view, 7> kMeanings = {"none",      "not_supported", "not_found", "offline",
                                                       "no_access", "no_revision",   "disk_full"};

std::regex compiled(const Signature& signature, const std::string& file) {
  if (signature.literal) return {};
  try {
    return std::regex(signature.pattern, std::regex::ECMAScript);
  } catch (const std::regex_error& error) {
    throw HarnessError(
        format("{}:{}: the expression of `{}` is not valid: {}", file, signature.line, signature.id, error.what()),
        "use ECMAScript syntax, without lookbehind, named groups and inline flags");
  }
}

struct Stretch {
  std::size_t begin, end;
};

Stretch reach_of(std::size_t needle_end, std::size_t needle_size, std::size_t line_size) {
  const std::size_t needle_begin = needle_end - needle_size;
  return {needle_begin > kReach ? needle_begin - kReach : 0, std::min(line_size, needle_end + kReach)};
}

}  // namespace

bool stretch_matches(const Signature& signature, const std::regex& expression, std::string_view stretch, bool begins,
                     bool ends) {
  if (signature.literal) return contains(stretch, signature.pattern);
  auto flags = std::regex_constants::match_any;
  if (!begins) flags |= std::regex_constants::match_not_bol;
  if (!ends) flags |= std::regex_constants::match_not_eol;
  return std::regex_search(stretch.data(), stretch.data() + stretch.size(), expression, flags);
}

// The first signature of the file that `counts` and is in the line, tried around its needles only.
template <class Counts>
const Signature* SignatureBook::Impl::first_in(std::string_view line, Counts counts) const {
  line = line.substr(0, kLineLimit);
  std::map<std::uint32_t, std::vector<Stretch>> candidates;
  automaton.find_all(line, [&](std::uint32_t word, std::size_t end) {
    if (owners[word] == kNobody || !counts(signatures[owners[word]])) return;
    std::vector<Stretch>& stretches = candidates[owners[word]];
    if (stretches.size() < kTries) stretches.push_back(reach_of(end, words[word].size(), line.size()));
  });
  for (const auto& [index, stretches] : candidates) {
    for (const Stretch& stretch : stretches) {
      const std::string_view part = line.substr(stretch.begin, stretch.end - stretch.begin);
      const bool found =
          stretch_matches(signatures[index], expressions[index], part, stretch.begin == 0, stretch.end == line.size());
      if (found) return &signatures[index];
    }
  }
  return nullptr;
}

std::string_view to_string(Meaning meaning) {
  return kMeanings[static_cast<std::size_t>(meaning)];
}

std::optional<Meaning> parse_meaning(std::string_view text) {
  const auto at = std::find(kMeanings.begin(), kMeanings.end(), text);
  if (at == kMeanings.end()) return std::nullopt;
  return static_cast<Meaning>(at - kMeanings.begin());
}

void PrintTo(const Signature& signature, std::ostream* os) {
  *os << signature.id;
}

bool Signature::is_cause_of(std::string_view effect) const {
  return std::find(explains.begin(), explains.end(), effect) != explains.end();
}

bool Signature::is_of(std::optional<Phase> phase) const {
  return phases.empty() || (phase && std::find(phases.begin(), phases.end(), *phase) != phases.end());
}

bool says_more(const Signature& a, const Signature& b) {
  if (a.benign != b.benign) return b.benign;
  if (a.echo != b.echo) return b.echo;
  return a.order < b.order;
}

SignatureBook SignatureBook::load(const std::filesystem::path& file) {
  return parse(read_file(file), file.string());
}

SignatureBook SignatureBook::parse(std::string_view toml, const std::string& name) {
  auto impl = std::make_shared<Impl>();
  impl->name = name;
  impl->signatures = read_signatures(toml, name);
  for (const Signature& signature : impl->signatures) {
    impl->expressions.push_back(compiled(signature, name));
    for (const std::string& needle : signature.needles) {
      impl->words.push_back(needle);
      impl->owners.push_back(static_cast<std::uint32_t>(signature.order));
    }
  }
  for (const RunnerStep& step : kRunnerSteps) {
    impl->words.emplace_back(step.words);
    impl->owners.push_back(Impl::kNobody);
  }
  impl->automaton = AhoCorasick(impl->words);
  SignatureBook book;
  book.impl_ = impl;
  return book;
}

const SignatureBook& SignatureBook::standard(const std::filesystem::path& fixtures_folder, const std::string& file) {
  static std::mutex mutex;
  static std::map<std::filesystem::path, SignatureBook> books;
  const std::lock_guard lock(mutex);
  const auto at = books.find(fixtures_folder / file);
  if (at != books.end()) return at->second;
  return books.emplace(fixtures_folder / file, load(fixtures_folder / file)).first->second;
}

const std::vector<Signature>& SignatureBook::all() const {
  return impl_->signatures;
}

const Signature* SignatureBook::find(std::string_view id) const {
  for (const Signature& signature : impl_->signatures) {
    if (signature.id == id) return &signature;
  }
  return nullptr;
}

const Signature* SignatureBook::match_line(std::string_view line, std::optional<Phase> phase) const {
  return impl_->first_in(line, [&](const Signature& one) { return one.is_of(phase); });
}

bool SignatureBook::says(Meaning meaning, std::string_view text) const {
  const auto all = lines(text);
  return std::any_of(all.begin(), all.end(), [&](std::string_view line) {
    return impl_->first_in(line, [&](const Signature& one) { return one.means == meaning; }) != nullptr;
  });
}

std::optional<SignatureBook::Match> SignatureBook::match_text(std::string_view text, std::optional<Phase> phase) const {
  std::optional<Match> best;
  for (const std::string_view line : lines(text)) {
    const Signature* signature = match_line(line, phase);
    if (signature == nullptr || (best && !says_more(*signature, *best->signature))) continue;
    best = Match{signature, std::string(line)};
  }
  return best;
}

bool SignatureBook::is_in(const Signature& signature, std::string_view line) const {
  return stretch_matches(signature, impl_->expressions[signature.order], line.substr(0, kLineLimit), true, true);
}

}  // namespace exo_harness::diagnose
