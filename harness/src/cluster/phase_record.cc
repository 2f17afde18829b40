#include "phase_record.h"

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::cluster {

PhaseRecord::PhaseRecord(journal::Journal& journal, Progress& progress, std::string model, std::string placement)
    : journal_(journal), progress_(progress), model_(std::move(model)), placement_(std::move(placement)) {}

std::string PhaseRecord::label() const {
  return model_.empty() ? std::string(to_string(current_))
                        : format("{} {}: {}", model_, placement_, to_string(current_));
}

milliseconds PhaseRecord::took() const {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - begun_);
}

Deadline PhaseRecord::begin(Phase phase, milliseconds limit) {
  current_ = phase;
  begun_ = Clock::now();
  journal_.append(journal::PhaseStarted{phase, model_, placement_, limit.count()});
  progress_.now(format("{} (limit {})", label(), humanize(limit)));
  return Deadline(begun_ + limit);
}

void PhaseRecord::end_well() {
  ended_.push_back({*current_, took()});
  journal::PhaseEnded record{current_, model_, placement_, true, took().count(), {}, "", ""};
  journal_.append(record);
  progress_.note(format("{} took {}", label(), humanize(took())));
  current_.reset();
}

void PhaseRecord::end_badly(const Failure& failure) {
  journal_.append(journal::PhaseEnded{current_, model_, placement_, false, took().count(), failure.kind, failure.what,
                                      failure.evidence});
  progress_.note(format("{} failed after {}: {}", label(), humanize(took()), failure.what));
}

}  // namespace exo_harness::cluster
