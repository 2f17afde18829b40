#pragma once

#include <string>
#include <vector>

#include "exo_harness/doctor/doctor.h"
#include "exo_harness/exo/version.h"
#include "exo_harness/model/fixture/change.h"
#include "exo_harness/model/fixture/finding.h"

#include "app/run_options.h"

namespace exo_harness::tools {

/// Options of `exo-harness upgrade-check`.
struct UpgradeOptions : ClusterOptions {
  std::string from, to;
  bool json = false;
};

/// What an upgrade of Exo brings, and what it breaks.
struct UpgradeReport {
  exo::Versions from, to;
  std::vector<doctor::Check> checks;
  std::vector<model::Change> changes;  ///< Otherwise than before.
  std::vector<model::Change> undone;   ///< Changes of an earlier upgrade that go with this step back.
  std::vector<model::Finding> come, go;
};

/// `v1.0.71+42 or newer, v1.0.71`.
std::string words_of(const exo::Versions& versions);
/// The versions of which answers were recorded, the oldest first.
exo::Versions recorded_versions();
/// Whether one of them is in the range.
bool was_recorded(const exo::VersionRange& range);

/// Finds it out from the start script, this machine, what runs now and what is known of the versions. Starts nothing,
/// changes nothing. Fails: UsageError for a version that is none, or when it is not known what runs now.
UpgradeReport look_at_upgrade(const UpgradeOptions& options);

}  // namespace exo_harness::tools
