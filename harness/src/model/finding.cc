#include "exo_harness/model/finding.h"

#include "toml_values.h"

namespace exo_harness::model {
namespace {

Finding read_finding(TomlTable& table) {
  Finding finding;
  finding.id = table.required_text("id");
  finding.title = table.required_text("title");
  table.required_text("versions");
  finding.versions = generations(table, "versions");
  finding.evidence = table.required_text("evidence");
  finding.source = table.text("source");
  table.required_text("expires");
  finding.expires = day(table, "expires");
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
