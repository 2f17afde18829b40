#pragma once

#include <string>
#include <vector>

#include "exo_harness/exo/dialect.h"
#include "exo_harness/gtest/placed_scenario.h"

namespace exo_harness::suites {

/// A test that asks in one of the other dialects, and what chat completions say is its reference: thought, text, calls
/// and counts are the same in each (contract 9).
class InDialect : public gtest::PlacedTest {
 protected:
  explicit InDialect(exo::Dialect dialect) : dialect_(dialect) {}

  /// Its calls are spelled as those of the dialects.
  Outcome<exo::ChatAnswer> in_chat(const exo::ChatRequest& request);
  Outcome<exo::ChatAnswer> whole(const exo::ChatRequest& request);
  /// One that does not count the prompt is given the count of the last whole answer: a promise of its own
  /// (`counts_prompt`) looks at that.
  Outcome<exo::ChatStream> streamed(const exo::ChatRequest& request);

  exo::Dialect dialect() const { return dialect_; }
  // Of the last answer.
  const std::string& stop_reason() const { return last_.stop_reason; }
  const std::vector<std::string>& odd() const { return last_.odd; }
  bool counts_prompt() const { return last_.counts_prompt; }

 private:
  Outcome<exo::DialectAnswer> asked(const exo::ChatRequest& request, bool stream);

  exo::Dialect dialect_;
  exo::DialectAnswer last_;
  int prompt_tokens_ = 0;  // Of the last whole answer.
};

/// Expects `holds` as `expect_unless_known` does; what does not hold must be what the finding says (`is_as_found`),
/// else it is another fault. Of a dialect that has no such finding (null) it just must hold. A test that has failed
/// already says nothing of findings.
void expect_unless(const char* finding_id, bool holds, bool is_as_found, const std::string& seen);

/// The finding of `dialect` among those of each; null: there is none.
const char* finding_of(exo::Dialect dialect, const char* ollama, const char* claude, const char* responses);

/// The first scenario of each model that `filter` takes: the dialects are made on the node that is asked, whatever the
/// placement is.
std::vector<gtest::Scenario> one_per_model(const gtest::ScenarioFilter& filter = {});

}  // namespace exo_harness::suites
