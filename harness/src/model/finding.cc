#include "exo_harness/model/finding.h"

#include <algorithm>

#include "toml_table.h"

namespace exo_harness::model {
namespace {

bool is_day(std::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c == '-' || (c >= '0' && c <= '9'); });
}

Finding read_finding(TomlTable& table) {
  Finding finding;
  finding.id = table.required_text("id");
  finding.title = table.required_text("title");
  finding.versions = table.required_text("versions");
  finding.evidence = table.required_text("evidence");
  finding.source = table.text("source");
  finding.expires = table.required_text("expires");
  if (!is_day(finding.expires)) table.fail("expires", "a day, YYYY-MM-DD");
  table.expect_no_other_keys();
  return finding;
}

}  // namespace

bool Finding::holds(exo::Generation generation, std::string_view today) const {
  // Days written as YYYY-MM-DD sort as text.
  return exo::names_generation(versions, exo::to_string(generation)) && today < expires;
}

std::vector<Finding> load_findings(const std::filesystem::path& file) {
  const toml::table parsed = parse_toml_file(file);
  TomlTable table(parsed, file);
  std::vector<Finding> findings;
  for (TomlTable& entry : table.table_array("finding")) findings.push_back(read_finding(entry));
  table.expect_no_other_keys();
  return findings;
}

}  // namespace exo_harness::model
