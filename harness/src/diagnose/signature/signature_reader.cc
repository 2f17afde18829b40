#include <algorithm>
#include <set>

#include <toml++/toml.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "signature_impl.h"

namespace exo_harness::diagnose {
namespace {

const std::vector<std::string> kWheres = {"log", "runner_error", "standard_error", "api", "state", "tool"};
const std::vector<std::string> kConfidences = {"recorded", "reported", "source", "predicted"};
const std::vector<std::string> kBlames = {"product", "environment", "harness"};
const std::set<std::string, std::less<>> kKeys = {
    "id",     "stage",  "subsystem",  "versions", "match", "regex",  "needle", "where",  "example", "cause",
    "remedy", "source", "confidence", "blame",    "echo",  "benign", "means",  "phases", "wraps",   "explains"};

std::vector<std::string> stages() {
  std::vector<std::string> all;
  for (const Phase phase : all_phases()) all.emplace_back(to_string(phase));
  return all;
}

std::vector<std::string> meanings() {
  std::vector<std::string> all;
  for (auto meaning = Meaning::none; meaning <= Meaning::disk_full;
       meaning = static_cast<Meaning>(static_cast<int>(meaning) + 1))
    all.emplace_back(to_string(meaning));
  return all;
}

class EntryReader {
 public:
  EntryReader(const toml::table& table, const std::string& file) : table_(table), file_(file) {}

  [[noreturn]] void fail(const toml::node& node, const std::string& what, const std::string& advice) const {
    throw HarnessError(format("{}:{}: {}", file_, node.source().begin.line, what), advice);
  }

  void check_keys() const {
    for (const auto& [key, node] : table_) {
      if (kKeys.contains(key.str())) continue;
      const std::vector<std::string> known(kKeys.begin(), kKeys.end());
      fail(node, format("no signature has a key `{}`", key.str()),
           "did you mean: " + join(nearest_names(key.str(), known), ", "));
    }
  }

  std::string text(std::string_view key, bool required = true) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) {
      if (required) fail(table_, format("the signature has no `{}`", key), "add it; format: fixtures/README.md");
      return {};
    }
    const auto value = node->value<std::string>();
    if (!value || (required && value->empty())) fail(*node, format("`{}` must be a text", key), "write it in quotes");
    return *value;
  }

  std::string one_of(std::string_view key, const std::vector<std::string>& allowed,
                     const std::string& fallback = "") const {
    if (!fallback.empty() && !table_.contains(key)) return fallback;
    const std::string value = text(key);
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
      fail(*table_.get(key), format("`{}` is `{}`", key, value), "use one of: " + join(allowed, ", "));
    }
    return value;
  }

  std::vector<Phase> phases() const {
    std::vector<Phase> all;
    if (!table_.contains("phases")) return all;
    const std::string value = text("phases");
    for (const std::string_view word : split(value, ',')) {
      const auto phase = parse_phase(trim(word));
      if (!phase)
        fail(*table_.get("phases"), format("`phases` holds `{}`", trim(word)), "use of these: " + join(stages(), ", "));
      all.push_back(*phase);
    }
    return all;
  }

  std::vector<std::string> ids(std::string_view key) const {
    std::vector<std::string> all;
    const std::string value = text(key, false);
    for (const std::string_view word : split(value, ',')) {
      if (!trim(word).empty()) all.emplace_back(trim(word));
    }
    return all;
  }

  bool flag(std::string_view key) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return false;
    if (!node->is_boolean()) fail(*node, format("`{}` must be true or false", key), "write it without quotes");
    return *node->value<bool>();
  }

  std::vector<std::string> needles() const {
    const toml::node* node = table_.get("needle");
    if (node == nullptr) fail(table_, "an expression needs a `needle`", "name a text that each match holds");
    if (const auto one = node->value<std::string>()) return {checked(*node, *one)};
    std::vector<std::string> all;
    if (const toml::array* array = node->as_array()) {
      for (const toml::node& item : *array) all.push_back(checked(item, item.value_or(std::string())));
    }
    if (all.empty()) fail(*node, "`needle` must be a text or a list of texts", "write at least one");
    return all;
  }

  void pattern(Signature& signature) const {
    if (table_.contains("match") == table_.contains("regex")) {
      fail(table_, "a signature has either `match` or `regex`", "use `match` for a plain text");
    }
    signature.literal = table_.contains("match");
    signature.pattern = text(signature.literal ? "match" : "regex");
    signature.needles = signature.literal ? std::vector{checked(*table_.get("match"), signature.pattern)} : needles();
  }

 private:
  std::string checked(const toml::node& node, const std::string& needle) const {
    if (needle.size() < 4 || contains(needle, "\n")) {
      fail(node, format("`{}` is no good needle", needle), "use at least four characters of one line");
    }
    return needle;
  }
  const toml::table& table_;
  const std::string& file_;
};

Signature read_entry(const toml::table& table, const std::string& file) {
  const EntryReader reader(table, file);
  reader.check_keys();
  Signature s;
  s.id = reader.text("id");
  s.stage = parse_phase(reader.one_of("stage", stages())).value_or(Phase::start);
  s.subsystem = reader.text("subsystem");
  s.versions = reader.text("versions", false);
  s.phases = reader.phases();
  reader.pattern(s);
  s.where = reader.one_of("where", kWheres);
  s.example = reader.text("example");
  s.cause = reader.text("cause");
  s.remedy = reader.text("remedy");
  s.source = reader.text("source");
  s.confidence = reader.one_of("confidence", kConfidences);
  s.blame = parse_blame(reader.one_of("blame", kBlames, "product")).value_or(Blame::product);
  s.means = parse_meaning(reader.one_of("means", meanings(), "none")).value_or(Meaning::none);
  s.explains = reader.ids("explains");
  s.echo = reader.flag("echo");
  s.benign = reader.flag("benign");
  s.wraps = reader.flag("wraps");
  s.line = static_cast<int>(table.source().begin.line);
  return s;
}

toml::table parsed(std::string_view text, const std::string& name) {
  try {
    return toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    throw HarnessError(format("{}:{}: {}", name, error.source().begin.line, error.description()),
                       "mend the TOML there");
  }
}

}  // namespace

std::vector<Signature> read_signatures(std::string_view text, const std::string& name) {
  const toml::table root = parsed(text, name);
  for (const auto& [key, node] : root) {
    if (key.str() == "signature" && node.is_array_of_tables()) continue;
    throw HarnessError(format("{}:{}: `{}` is not expected here", name, node.source().begin.line, key.str()),
                       "the file holds [[signature]] entries only");
  }
  std::vector<Signature> signatures;
  std::set<std::string, std::less<>> ids;
  if (const toml::array* entries = root["signature"].as_array()) {
    for (const toml::node& entry : *entries) {
      signatures.push_back(read_entry(*entry.as_table(), name));
      signatures.back().order = signatures.size() - 1;
      if (!ids.insert(signatures.back().id).second) {
        throw HarnessError(
            format("{}:{}: there are two signatures `{}`", name, signatures.back().line, signatures.back().id),
            "give one of them another id");
      }
    }
  }
  return signatures;
}

}  // namespace exo_harness::diagnose
