// What an upgrade of Exo breaks: from the start script, this machine, what runs now and what is known of the versions.
#include "cluster/upgrade_report.h"

#include <algorithm>
#include <filesystem>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/few.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/doctor/network_here.h"
#include "exo_harness/doctor/start_settings.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/model/fixture/fixture.h"
#include "exo_harness/model/stage/locate.h"

#include "cluster/cluster_choice.h"

namespace exo_harness::tools {

std::string words_of(const exo::Versions& versions) {
  std::vector<std::string> words;
  for (const exo::VersionRange& range : versions) words.push_back(to_string(range));
  return join(words, ", ");
}

exo::Versions recorded_versions() {
  exo::Versions all;
  for (const exo::Generation each : {exo::Generation::v1_0_71, exo::Generation::main, exo::Generation::zenoh})
    all.push_back(exo::parse_versions(to_string(exo::recorded_version(each).value()))->front());
  return all;
}

bool was_recorded(const exo::VersionRange& range) {
  return exo::meet({range}, recorded_versions());
}

namespace {

namespace fs = std::filesystem;
using doctor::Check;
using exo::Versions;

Versions versions_of_option(const std::string& text, const char* option) {
  std::string wrong;
  if (trim(text).empty()) throw UsageError(format("{}: no version was given", option), "v1.0.71+44, libp2p, zenoh");
  if (trim(text) == "0.3.70" || trim(text) == "v0.3.70")
    throw UsageError(format("{} {}: Exo's package says so whichever version it is", option, text),
                     "write what `git describe --tags` says of its checkout, such as v1.0.71-44-gb5375f8ce");
  if (trim(text) == "main")
    throw UsageError(format("{} main: that branch moves", option),
                     "write what `git describe --tags` says of its checkout; main of June 2026 is v1.0.71+41");
  const auto versions = exo::parse_versions(text, &wrong);
  if (!versions)
    throw UsageError(format("{} {}: `{}` is no version of Exo", option, text, wrong),
                     "v1.0.71, v1.0.71+44, libp2p, zenoh, or bounds such as `>= v1.0.71+42`");
  return *versions;
}

// Nobody has seen what is mended and what is new in a version that was not recorded: it is told as the last one before
// it that was, else as the first.
Versions as_far_as_known(Versions versions) {
  for (exo::VersionRange& range : versions) {
    if (was_recorded(range)) continue;
    const Versions recorded = recorded_versions();
    exo::VersionRange known = recorded.front();
    for (const exo::VersionRange& one : recorded) {
      if (range.from && *one.from <= *range.from) known = one;
    }
    range = known;
  }
  return versions;
}

// Nodes that were upgraded already, beside others that were not.
void tell_of_two_versions(const Versions& seen, std::vector<Check>& checks) {
  for (std::size_t i = 1; i < seen.size(); ++i) {
    if (!exo::are_apart(seen[0], seen[i])) continue;
    checks.push_back({"runs-now", "cluster", Check::Status::bad, words_of(seen), "one version on all nodes",
                      "Bring all nodes to one version: libp2p and zenoh never meet.", "discovery-gossip-loop-died",
                      false});
    return;
  }
}

// What runs now, of each address; and whether that is what the user says it is.
Versions ask_what_runs(const UpgradeOptions& options, const cluster::ClusterSpec& spec, std::vector<Check>& checks) {
  Versions seen;
  for (const std::string& api : spec.apis) {
    exo::Client client(api);
    const auto version = client.version(Deadline::after(milliseconds(10000)));
    if (!version) {
      checks.push_back({"runs-now", api, Check::Status::bad, version.failure().what, "an Exo that answers",
                        "Start Exo there, or mend the address.", "", false});
      continue;
    }
    if (version->range().is_empty()) {
      checks.push_back({"runs-now", api, Check::Status::bad, to_string(*version), "signs that agree with one another",
                        "Look at what answers there: no version of Exo that is known says all of this.", "", false});
      continue;
    }
    if (std::find(seen.begin(), seen.end(), version->range()) == seen.end()) seen.push_back(version->range());
    const bool is_as_said =
        options.from.empty() || meet({version->range()}, versions_of_option(options.from, "--from"));
    checks.push_back({"runs-now", api, is_as_said ? Check::Status::good : Check::Status::bad, to_string(*version),
                      options.from.empty() ? "known" : options.from,
                      "Say with --from what runs now, or bring that node to it.", "", false});
  }
  tell_of_two_versions(seen, checks);
  return seen;
}

// A card that is no file of a card's size cannot be read by Exo either.
bool has_backends(const fs::path& card) {
  constexpr std::uintmax_t kMost = 1u << 20;
  std::error_code error;
  if (!fs::is_regular_file(card, error) || fs::file_size(card, error) > kMost) return false;
  try {
    return contains(read_file(card, kMost), "backends");
  } catch (const HarnessError&) {
    return false;
  }
}

// Cards of the user's own: newer versions delete them at their start, and want `backends` in each.
void check_cards(const Versions& to, std::vector<Check>& checks) {
  static const Versions kDeletes = exo::parse_versions(">= v1.0.71+41").value();
  const fs::path folder = model::exo_folders().custom_cards;
  std::vector<std::string> cards, without_backends;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end && cards.size() < 10000;
       it.increment(error)) {
    if (it->path().extension() != ".toml") continue;
    cards.push_back(printable(it->path().stem().string()));
    if (!has_backends(it->path())) without_backends.push_back(cards.back());
  }
  if (cards.empty() || !meet(to, kDeletes)) return;
  const std::string old =
      without_backends.empty() ? "" : format("; without `backends`: {}", join(few_of(without_backends), ", "));
  checks.push_back(
      {"model-cards", "this machine", Check::Status::warning,
       format("{} cards in {}{}", cards.size(), folder.string(), old),
       "cards that outlive a start, each with `backends`",
       "The newer Exo deletes such cards a second after its start. Write them where they stay: `exo-harness "
       "models stage MODEL --generation zenoh --cards RESOURCES/inference_model_cards`.",
       "a model that Exo does not know any more", false});
}

}  // namespace

UpgradeReport look_at_upgrade(const UpgradeOptions& options) {
  const bool names_a_cluster = !options.cluster.empty() || !options.start_script.empty() || !options.apis.empty();
  const cluster::ClusterSpec spec = names_a_cluster ? choose_cluster(options) : cluster::ClusterSpec{};
  UpgradeReport report;
  report.to = versions_of_option(options.to, "--to");
  const Versions seen = ask_what_runs(options, spec, report.checks);
  report.from = options.from.empty() ? seen : versions_of_option(options.from, "--from");
  if (report.from.empty())
    throw UsageError("upgrade-check: what runs now is not known",
                     "say it with --from VERSION, or name an --api that answers");
  const auto settings = doctor::read_start_settings(spec.start_script, spec.start_arguments, spec.environment);
  for (Check& check : doctor::check_start_settings(settings, report.to)) report.checks.push_back(std::move(check));
  const Versions zenoh = {exo::zenoh_versions()};
  if (meet(report.to, zenoh)) {
    const auto network = doctor::gather_network(doctor::local_commands(), doctor::kIsMac);
    for (Check& check : doctor::check_network(network, meet(report.from, zenoh)))
      report.checks.push_back(std::move(check));
  }
  check_cards(report.to, report.checks);
  for (model::Change& change : model::load_changes(model::fixtures_folder() / "changes.toml")) {
    if (comes_between(change, report.from, report.to)) {
      report.changes.push_back(std::move(change));
    } else if (comes_between(change, report.to, report.from)) {
      report.undone.push_back(std::move(change));
    }
  }
  const std::string today = utc_now().substr(0, 10);
  for (model::Finding& finding : model::load_findings(model::fixtures_folder() / "findings.toml")) {
    const Versions where = exo::parse_versions(finding.versions).value_or(Versions{});
    const bool was = meet(where, as_far_as_known(report.from)), is = meet(where, as_far_as_known(report.to));
    if (was != is && today < finding.expires) (is ? report.come : report.go).push_back(std::move(finding));
  }
  return report;
}

}  // namespace exo_harness::tools
