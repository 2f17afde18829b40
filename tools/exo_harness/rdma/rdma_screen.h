#pragma once

#include <string>
#include <string_view>

#include "exo_harness/core/progress.h"
#include "exo_harness/diagnose/cause/diagnosis.h"
#include "exo_reports/run_record.h"

#include "app/live_view.h"

namespace exo_harness::tools {

struct RdmaTrouble;

/// One screen of 24 lines and 80 columns: a line a step, then the verdict with its reason. Threads: any.
class RdmaScreen : public Progress {
 public:
  enum class Word { ok, fail, skip };

  /// `quiet`: prints nothing, for those who want JSON.
  explicit RdmaScreen(bool quiet);

  /// Phases speak through their steps.
  void note(std::string_view) override {}
  void now(std::string_view line) override;

  void title(std::string_view text);
  void step(Word word, std::string_view name, std::string_view seen);
  /// `what`: that of which the verdict speaks when all went well. `trouble`: the first that did not; may be null.
  void verdict(const exo_reports::Judgement& judgement, const RdmaTrouble* trouble, std::string_view what);
  void line(std::string_view text);

 private:
  std::string word_of(Word word) const;
  void explain(std::string_view label, std::string_view text, std::size_t most_lines);

  bool quiet_;
  std::size_t lines_ = 0;  // Printed so far.
  LiveView view_;
  bool colour_;
};

}  // namespace exo_harness::tools
