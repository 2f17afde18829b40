#pragma once

#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "exo_harness/core/progress.h"
#include "exo_harness/journal/records.h"

namespace exo_harness::tools {

/// What a run is doing, for whoever watches: one line a phase and a test. On a terminal what goes well overprints
/// itself and what does not stays; elsewhere each end is a plain line. Threads: any.
class LiveView : public Progress {
 public:
  struct Style {
    bool overprint = false;
    bool colour = false;
    int columns = 100;
  };
  /// What suits the stream: colour and overprinting only on a terminal, colour not with NO_COLOR.
  static Style style_for(std::FILE* stream);

  explicit LiveView(std::FILE* stream) : LiveView(stream, style_for(stream)) {}
  LiveView(std::FILE* stream, Style style) : stream_(stream), style_(style) {}
  ~LiveView() override;

  void note(std::string_view line) override;
  void now(std::string_view line) override;

  /// Takes away what `now` left.
  void done();

  /// How many tests there will be, for the counter.
  void expect_tests(int total) { total_ = total; }
  /// Shows the records that people want to see: ends of phases, tests and suites, troubles.
  void show(const journal::Record& record);

 private:
  void show(const journal::PhaseStarted& phase);
  void show(const journal::PhaseEnded& phase);
  void show(const journal::TestStarted& test);
  void show(const journal::TestEnded& test);
  void show(const journal::SignalSent& sent);
  void show(const journal::SuiteEnded& suite);
  void show(const journal::Trouble& trouble);
  std::string paint(std::string_view word, const char* colour) const;
  void clear();

  std::FILE* stream_;
  Style style_;
  std::mutex mutex_;
  bool dirty_ = false;  // A line stands that the next one overprints.
  int total_ = 0, ended_ = 0;
  std::string last_skip_reason_;
  std::map<std::string, std::string> stopped_;  // Suites that we ended, and why.
};

}  // namespace exo_harness::tools
