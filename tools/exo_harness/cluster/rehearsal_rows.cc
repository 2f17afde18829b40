#include "cluster/rehearsal_rows.h"

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

#include "app/model_choice.h"
#include "app/rehearsing.h"

namespace exo_harness::tools {
namespace {

using doctor::Check;
using model::Rehearsal;

/// A placement, and whether it must pass.
struct AskedMode {
  exo::Mode mode;
  bool is_needed = true;
};

std::vector<AskedMode> modes_asked(const RehearsalQuestion& question) {
  std::vector<AskedMode> modes;
  for (const exo::Mode& mode : placements_called(question.placements)) modes.push_back({mode, question.must_pass});
  if (!modes.empty()) return modes;
  modes.push_back({{}, true});
  for (const exo::Sharding sharding : {exo::Sharding::pipeline, exo::Sharding::tensor}) {
    if (question.nodes > 1) modes.push_back({{sharding, exo::Comm::mlx_ring, question.nodes}, false});
  }
  return modes;
}

Check row(const std::string& model, const std::string& placement, Check::Status status, const std::string& seen) {
  Check check{
      "rehearsal", "this machine", status, format("{}{}: {}", model, placement, seen), "the engine takes it", "",
      "",          false};
  return check;
}

Check row_of(const RehearsalQuestion& question, const Rehearsal& rehearsal, bool is_needed) {
  const bool fails = rehearsal.verdict == Rehearsal::Verdict::fails;
  Check check = row(question.model, " " + exo::short_name(rehearsal.mode),
                    rehearsal.verdict == Rehearsal::Verdict::passes ? Check::Status::good
                    : !fails                                        ? Check::Status::unknown
                    : is_needed                                     ? Check::Status::bad
                                                                    : Check::Status::warning,
                    model::to_string(rehearsal));
  if (fails) {
    check.fix = "Choose another placement or packing: `exo-harness models analyze` shows which will do.";
    check.prevents = "a placement that fails in " + to_string(rehearsal.phases());
  }
  return check;
}

std::vector<Check> rows_by(const rehearse::Engine& engine, const RehearsalQuestion& question,
                           const std::vector<AskedMode>& asked, const ChosenModel& chosen) {
  std::vector<exo::Mode> modes;
  for (const AskedMode& each : asked) modes.push_back(each.mode);
  rehearse::Limits limits;
  limits.placement = question.limit;
  const model::RehearsedModel result = rehearse_until_stopped(chosen, modes, engine, limits);
  std::vector<Check> rows;
  for (std::size_t i = 0; i < result.placements.size(); ++i)
    rows.push_back(row_of(question, result.placements[i], asked[i].is_needed));
  return rows;
}

}  // namespace

std::vector<Check> rehearsal_rows(const RehearsalQuestion& question) {
  // What was named wrongly is said before what is missing here.
  const std::vector<AskedMode> asked = modes_asked(question);
  const ChosenModel chosen = choose_model(question.model);
  std::optional<rehearse::Engine> engine;
  try {
    engine = engine_here(question.exo);
  } catch (const EnvironmentError& error) {
    return {row(question.model, "", Check::Status::unknown, error.what())};
  }
  return rows_by(*engine, question, asked, chosen);
}

std::vector<Check> rehearsal_rows(const RehearsalQuestion& question, const rehearse::Engine& engine) {
  return rows_by(engine, question, modes_asked(question), choose_model(question.model));
}

}  // namespace exo_harness::tools
