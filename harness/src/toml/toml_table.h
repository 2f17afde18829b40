#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

namespace exo_harness {

/// Parses a TOML file. Fails: HarnessError with file, line and toml++'s own reason.
toml::table parse_toml_file(const std::filesystem::path& file);

/// The `*.toml` files of a folder, sorted. Fails: HarnessError when the folder cannot be read.
std::vector<std::filesystem::path> toml_files(const std::filesystem::path& folder);

/// Reads the keys of one table and remembers which were read, so that a mistyped key is an error and not a default.
/// Every failure is a HarnessError `FILE:LINE: KEY: expected …, found …`.
class TomlTable {
 public:
  TomlTable(const toml::table& table, std::filesystem::path file, std::string name = "");

  /// Whether the key is there, whatever its value.
  bool has(std::string_view key);
  std::string text(std::string_view key, std::string fallback = "");
  std::string required_text(std::string_view key);
  /// 0 … 2^63-1.
  std::uint64_t number(std::string_view key, std::uint64_t fallback = 0);
  /// As number, at most 2^31-1.
  int small_number(std::string_view key, int fallback = 0);
  /// A number of 0 to `most`, with or without a fraction; never NaN.
  double real(std::string_view key, double fallback, double most);
  bool flag(std::string_view key, bool fallback);
  /// The table `key`, all values strings; empty when it is missing.
  std::map<std::string, std::string> text_map(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  /// The table `key`; nothing when it is missing.
  std::optional<TomlTable> table(std::string_view key);
  /// The sub-tables of `key`, by name; none when it is missing.
  std::vector<std::pair<std::string, TomlTable>> tables(std::string_view key);
  /// The tables of the array `key`.
  std::vector<TomlTable> table_array(std::string_view key);
  /// Fails when a key was never asked for.
  void expect_no_other_keys() const;
  /// Fails with a message about the word `found` in the value of `key`, and the words of `known` that are near.
  [[noreturn]] void fail_at_word(std::string_view key, std::string_view expected, std::string_view found,
                                 const std::vector<std::string>& known) const;
  /// Fails with a message about `key`.
  [[noreturn]] void fail(std::string_view key, std::string_view expected) const;

 private:
  const toml::node* find(std::string_view key);

  const toml::table* table_;
  std::filesystem::path file_;
  std::string name_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace exo_harness
