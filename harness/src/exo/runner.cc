#include <array>

#include "readers.h"

namespace exo_harness::exo {

namespace {

constexpr std::array<std::pair<RunnerPhase, std::string_view>, 13> kPhases{{
    {RunnerPhase::absent, "(absent)"},
    {RunnerPhase::idle, "RunnerIdle"},
    {RunnerPhase::connecting, "RunnerConnecting"},
    {RunnerPhase::connected, "RunnerConnected"},
    {RunnerPhase::loading, "RunnerLoading"},
    {RunnerPhase::loaded, "RunnerLoaded"},
    {RunnerPhase::warming_up, "RunnerWarmingUp"},
    {RunnerPhase::ready, "RunnerReady"},
    {RunnerPhase::running, "RunnerRunning"},
    {RunnerPhase::shutting_down, "RunnerShuttingDown"},
    {RunnerPhase::shutdown, "RunnerShutdown"},
    {RunnerPhase::failed, "RunnerFailed"},
    {RunnerPhase::unknown, "unknown"},
}};

}  // namespace

std::string_view to_string(RunnerPhase phase) {
  for (const auto& [known, name] : kPhases) {
    if (known == phase) return name;
  }
  return "unknown";
}

RunnerPhase parse_runner_phase(std::string_view tag) {
  for (const auto& [phase, name] : kPhases) {
    if (name == tag) return phase;
  }
  return RunnerPhase::unknown;
}

Runner read_runner(const Node& node, std::string_view id, Unknown& unknown) {
  const auto [tag, value] = tagged(node);
  Runner runner;
  runner.id = id;
  runner.tag = tag;
  runner.phase = parse_runner_phase(tag);
  if (runner.phase == RunnerPhase::unknown) {
    unknown.push_back(value.pointer());
    return runner;
  }
  note_unknown(value, {"errorMessage", "diagnostics", "layersLoaded", "totalLayers", "prefillServerPort"}, unknown);
  if (!value.json().is_object()) return runner;
  runner.error_message = value.text_or_empty("errorMessage");
  runner.layers_loaded = value.number_or_zero("layersLoaded");
  runner.layers_total = value.number_or_zero("totalLayers");
  if (const auto diagnostics = value.find("diagnostics")) {
    for (const Node& item : diagnostics->items()) runner.diagnostics.push_back(item.json().dump());
  }
  return runner;
}

}  // namespace exo_harness::exo
