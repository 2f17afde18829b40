#include "exo_harness/cluster/faults.h"

#include <algorithm>
#include <array>
#include <utility>

#include "exo_harness/cluster/api_credentials.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/child.h"

#include "host_and_port.h"

namespace exo_harness::cluster {
namespace {

struct VerbRow {
  FaultVerb verb;
  const char* name;
  std::optional<FaultVerb> undo;  // What mends it; nothing: it mends by itself, or is what mends.
};

constexpr std::array kVerbs = {VerbRow{FaultVerb::kill_runner, "kill-runner", std::nullopt},
                               VerbRow{FaultVerb::kill_node, "kill-node", FaultVerb::start_node},
                               VerbRow{FaultVerb::start_node, "start-node", std::nullopt},
                               VerbRow{FaultVerb::stop_node, "stop-node", FaultVerb::cont_node},
                               VerbRow{FaultVerb::cont_node, "cont-node", std::nullopt},
                               VerbRow{FaultVerb::cut_link, "cut-link", FaultVerb::heal_link},
                               VerbRow{FaultVerb::heal_link, "heal-link", std::nullopt},
                               VerbRow{FaultVerb::slow_link, "slow-link", FaultVerb::heal_link},
                               VerbRow{FaultVerb::twin_node, "twin-node", FaultVerb::end_twin},
                               VerbRow{FaultVerb::end_twin, "end-twin", std::nullopt}};

constexpr std::array kPlaceholders = {"{node}", "{api}", "{host}", "{ms}"};

const VerbRow& row_of(FaultVerb verb) {
  return *std::find_if(kVerbs.begin(), kVerbs.end(), [&](const VerbRow& row) { return row.verb == verb; });
}

std::string put_in(std::string word, std::string_view placeholder, const std::string& value) {
  for (auto at = word.find(placeholder); at != std::string::npos; at = word.find(placeholder, at + value.size())) {
    word.replace(at, placeholder.size(), value);
  }
  return word;
}

// The first `{…}` of a word that stands for nothing.
std::string unknown_placeholder(const std::string& word) {
  for (auto at = word.find('{'); at != std::string::npos; at = word.find('{', at + 1)) {
    const auto end = word.find('}', at);
    if (end == std::string::npos) return "";
    const std::string found = word.substr(at, end - at + 1);
    if (std::find(kPlaceholders.begin(), kPlaceholders.end(), found) == kPlaceholders.end()) return found;
  }
  return "";
}

}  // namespace

std::string_view to_string(FaultVerb verb) {
  return row_of(verb).name;
}

const std::vector<std::string>& fault_verbs() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (const VerbRow& row : kVerbs) names.emplace_back(row.name);
    return names;
  }();
  return kNames;
}

std::string why_no_fault_command(const std::vector<std::string>& words) {
  if (words.empty() || words.front().empty()) return "a program and its arguments, an array of words";
  for (const std::string& word : words) {
    const std::string unknown = unknown_placeholder(word);
    if (!unknown.empty()) return format("{{node}}, {{api}}, {{host}} or {{ms}} where it says {}", unknown);
  }
  return "";
}

Faults::Faults(const ClusterSpec& spec, std::vector<std::string> apis, std::map<std::string, std::string> environment)
    : commands_(spec.faults), apis_(std::move(apis)), environment_(std::move(environment)) {}

Faults::~Faults() {
  try {
    static_cast<void>(undo());
  } catch (const std::exception&) {  // Whoever wants to know why calls `undo`.
  }
}

std::optional<std::string> Faults::why_not(FaultVerb verb) const {
  const VerbRow& row = row_of(verb);
  if (commands_.count(row.name) == 0) return format("`{}` is not in [faults] of the cluster file", row.name);
  if (!row.undo || commands_.count(row_of(*row.undo).name) != 0) return std::nullopt;
  return format("[faults] of the cluster file has `{}` but not `{}`, which undoes it", row.name,
                row_of(*row.undo).name);
}

std::vector<std::string> Faults::command_for(FaultVerb verb, std::size_t node, milliseconds delay) const {
  const std::string api = without_credentials(apis_.at(node));
  std::vector<std::string> words = commands_.at(row_of(verb).name);
  for (std::string& word : words) {
    word = put_in(word, "{node}", std::to_string(node + 1));
    word = put_in(word, "{api}", api);
    word = put_in(word, "{host}", host_and_port(api).first);
    word = put_in(word, "{ms}", std::to_string(delay.count()));
  }
  return words;
}

// What was started again, thawed or healed by a test itself needs no undoing.
void Faults::note(FaultVerb verb, std::size_t node, milliseconds delay) {
  to_undo_.erase({node, verb});
  const auto undo = row_of(verb).undo;
  if (!undo) return;
  if (verb == FaultVerb::slow_link && delay.count() == 0) {
    to_undo_.erase({node, *undo});
  } else {
    to_undo_.insert({node, *undo});
  }
}

Outcome<std::string> Faults::apply(FaultVerb verb, std::size_t node, milliseconds delay) {
  if (const auto why = why_not(verb)) return Failure{FailureKind::unfit, *why, ""};
  // Noted before: a command that fails half-way may have broken the node.
  note(verb, node, delay);
  process::CommandOptions options;
  options.command = command_for(verb, node, delay);
  options.environment = environment_;
  const process::CommandResult result = process::run_command(options, Deadline::after(kLimit));
  if (result.status.ok()) return redact(result.output);
  return Failure{FailureKind::unfit,
                 redact(format("{} of node {} could not be done: `{}`: {}", row_of(verb).name, node + 1,
                               join(options.command, " "), process::to_string(result.status))),
                 redact(std::string(last_lines(result.output, 5)))};
}

std::vector<std::string> Faults::undo() {
  std::vector<std::string> left;
  const auto broken = std::exchange(to_undo_, {});
  for (const auto& [node, verb] : broken) {
    const auto done = apply(verb, node);
    if (!done) left.push_back(to_string(done.failure()));
  }
  return left;
}

}  // namespace exo_harness::cluster
