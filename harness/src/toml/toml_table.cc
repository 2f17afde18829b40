#include "toml_table.h"

#include <algorithm>
#include <limits>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/finder_file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness {
namespace {

constexpr std::uintmax_t kLongestFile = 4u << 20;
constexpr const char* kAdvice = "the format is described in fixtures/README.md";

[[noreturn]] void fail_at(const std::filesystem::path& file, unsigned line, std::string_view what) {
  throw HarnessError(format("{}:{}: {}", file.string(), line, printable(what)), kAdvice);
}

std::string_view kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    case toml::node_type::boolean:
      return "true or false";
    default:
      return "a date or time";
  }
}

}  // namespace

toml::table parse_toml_file(const std::filesystem::path& file) {
  const std::string content = read_file(file, kLongestFile);
  try {
    return toml::parse(content, file.string());
  } catch (const toml::parse_error& error) {
    fail_at(file, error.source().begin.line, format("not TOML: {}", error.description()));
  }
}

std::vector<std::filesystem::path> toml_files(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".toml" && !is_finder_file(it->path())) files.push_back(it->path());
  }
  if (error) {
    throw HarnessError(format("cannot read the folder {}: {}", folder.string(), error.message()),
                       "set EXO_HARNESS_FIXTURES to the fixtures folder");
  }
  std::sort(files.begin(), files.end());
  return files;
}

TomlTable::TomlTable(const toml::table& table, std::filesystem::path file, std::string name)
    : table_(&table), file_(std::move(file)), name_(std::move(name)) {}

const toml::node* TomlTable::find(std::string_view key) {
  known_.emplace(key);
  return table_->get(key);
}

bool TomlTable::has(std::string_view key) {
  return find(key) != nullptr;
}

void TomlTable::fail(std::string_view key, std::string_view expected) const {
  const toml::node* node = table_->get(key);
  const unsigned line = node ? node->source().begin.line : table_->source().begin.line;
  const std::string_view found = node ? kind_of(*node) : "nothing";
  fail_at(file_, line, format("{}{}: expected {}, found {}", name_.empty() ? "" : name_ + ".", key, expected, found));
}

void TomlTable::fail_at_word(std::string_view key, std::string_view expected, std::string_view found,
                             const std::vector<std::string>& known) const {
  const toml::node* node = table_->get(key);
  const unsigned line = node ? node->source().begin.line : table_->source().begin.line;
  const std::string nearest = join(nearest_names(found, known), ", ");
  fail_at(file_, line,
          format("{}{}: expected {}, found `{}`{}", name_.empty() ? "" : name_ + ".", key, expected,
                 shorten(printable(found), 80), nearest.empty() ? "" : "; did you mean " + nearest + "?"));
}

std::string TomlTable::text(std::string_view key, std::string fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  if (!node->is_string()) fail(key, "a string");
  return node->as_string()->get();
}

std::string TomlTable::required_text(std::string_view key) {
  std::string value = text(key);
  if (value.empty()) fail(key, "a string that is not empty");
  return value;
}

std::uint64_t TomlTable::number(std::string_view key, std::uint64_t fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  if (!node->is_integer() || node->as_integer()->get() < 0) fail(key, "an integer of 0 or more");
  return static_cast<std::uint64_t>(node->as_integer()->get());
}

int TomlTable::small_number(std::string_view key, int fallback) {
  const std::uint64_t value = number(key, static_cast<std::uint64_t>(fallback));
  if (value > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) fail(key, "an integer below 2^31");
  return static_cast<int>(value);
}

double TomlTable::real(std::string_view key, double fallback, double most) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  const auto value = node->value<double>();
  const std::string expected = format("a number of 0 to {}", most);
  if (!node->is_number() || !value) fail(key, expected);
  if (!(*value >= 0 && *value <= most)) fail_at_word(key, expected, format("{}", *value), {});
  return *value;
}

std::map<std::string, std::string> TomlTable::text_map(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  if (!node->is_table()) fail(key, "a table of strings");
  std::map<std::string, std::string> values;
  for (const auto& [name, value] : *node->as_table()) {
    if (!value.is_string()) TomlTable(*node->as_table(), file_, std::string(key)).fail(name.str(), "a string");
    values.emplace(std::string(name.str()), value.as_string()->get());
  }
  return values;
}

bool TomlTable::flag(std::string_view key, bool fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  if (!node->is_boolean()) fail(key, "true or false");
  return node->as_boolean()->get();
}

std::vector<std::string> TomlTable::texts(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  if (!node->is_array()) fail(key, "an array of strings");
  std::vector<std::string> values;
  for (const toml::node& item : *node->as_array()) {
    if (!item.is_string()) fail(key, "an array of strings");
    values.push_back(item.as_string()->get());
  }
  return values;
}

std::optional<TomlTable> TomlTable::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_table()) fail(key, "a table");
  return TomlTable(*node->as_table(), file_, std::string(key));
}

std::vector<std::pair<std::string, TomlTable>> TomlTable::tables(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  if (!node->is_table()) fail(key, "a table");
  std::vector<std::pair<std::string, TomlTable>> result;
  for (const auto& [name, value] : *node->as_table()) {
    const std::string full = format("{}.{}", key, name.str());
    if (!value.is_table()) TomlTable(*node->as_table(), file_, std::string(key)).fail(name.str(), "a table");
    result.emplace_back(std::string(name.str()), TomlTable(*value.as_table(), file_, full));
  }
  return result;
}

std::vector<TomlTable> TomlTable::table_array(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  if (!node->is_array()) fail(key, "an array of tables");
  std::vector<TomlTable> result;
  for (const toml::node& item : *node->as_array()) {
    if (!item.is_table()) fail(key, "an array of tables");
    result.emplace_back(*item.as_table(), file_, format("{}[{}]", key, result.size()));
  }
  return result;
}

void TomlTable::expect_no_other_keys() const {
  std::vector<std::string> known(known_.begin(), known_.end());
  for (const auto& [key, value] : *table_) {
    if (known_.count(key.str()) > 0) continue;
    const std::string nearest = join(nearest_names(key.str(), known), ", ");
    fail_at(file_, value.source().begin.line,
            format("{}{}: no such key{}", name_.empty() ? "" : name_ + ".", key.str(),
                   nearest.empty() ? "" : "; nearest: " + nearest));
  }
}

}  // namespace exo_harness
