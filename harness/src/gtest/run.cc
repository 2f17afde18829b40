#include "exo_harness/gtest/run.h"

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/environment.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/harmless.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"
#include "exo_harness/process/freed_memory.h"
#include "exo_harness/process/open_files.h"

#include "foreign_watch.h"
#include "journal_listener.h"
#include "session.h"

namespace exo_harness::gtest {
namespace {

/// What a cluster said may hold the marker too.
std::string without_skip_marker(std::string text) {
  constexpr std::string_view kMarker = "[  SKIPPED ]";
  for (std::size_t at = 0; (at = text.find(kMarker, at)) != std::string::npos;)
    text.replace(at, kMarker.size(), "[SKIPPED]");
  return text;
}

// Into a file of the run, or onto somebody's terminal.
std::string safe(std::string_view text) {
  return without_skip_marker(harmless(redact(text)));
}

/// Prints a line a test. It never prints GoogleTest's skip marker, which CTest would take for the verdict of the whole
/// process even where a set-up failed.
class LinePrinter : public testing::EmptyTestEventListener {
 public:
  explicit LinePrinter(const JournalListener& journal) : journal_(journal) {}

 private:
  void OnTestPartResult(const testing::TestPartResult& part) override {
    if (part.passed() || part.skipped()) return;
    std::printf("%s:%d: %s\n", part.file_name() ? part.file_name() : "?", part.line_number(),
                safe(message_of(part)).c_str());
    std::fflush(stdout);
  }
  void OnTestEnd(const testing::TestInfo& test) override {
    const testing::TestResult& result = *test.result();
    const bool ok = result.Passed() && journal_.result() == Verdict::passed;
    const std::string word(ok ? "ok" : to_string(journal_.result()));
    std::printf("%-8s %s.%s (%lld ms)%s%s\n", word.c_str(), test.test_suite_name(), test.name(),
                static_cast<long long>(result.elapsed_time()), journal_.skip_reason().empty() ? "" : ": ",
                safe(journal_.skip_reason()).c_str());
    std::fflush(stdout);
  }
  const JournalListener& journal_;
};

ExitCode exit_code(const testing::UnitTest& unit, const JournalListener& journal, int gtest_code) {
  if (gtest_code != 0) {
    if (journal.only_environment()) return ExitCode::inconclusive;
    return journal.only_harness() ? ExitCode::harness : ExitCode::failed;
  }
  if (unit.test_to_run_count() == 0) return ExitCode::nothing_selected;
  if (unit.skipped_test_count() == unit.test_to_run_count()) return ExitCode::all_skipped;
  return ExitCode::passed;
}

std::string suite_of(const char* program) {
  const std::string name = std::filesystem::path(program).filename();
  return name.starts_with("suite_") ? name.substr(6) : name;
}

// For a run that was asked to be quick.
void list_quick_tests() {
  if (environment("EXO_HARNESS_QUICK").empty()) return;
  for (const std::string& test : quick_tests()) std::printf("# quick %s\n", test.c_str());
}

void open_journal(Session& s) {
  const std::string file = environment("EXO_HARNESS_JOURNAL");
  if (!file.empty()) s.own_journal = std::make_unique<journal::Journal>(file, "suite:" + s.suite);
}

ExitCode run_tests() {
  auto* journal = new JournalListener;
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  // End events come in reverse order of the listeners: so that the printer sees the verdict.
  listeners.Append(new LinePrinter(*journal));
  listeners.Append(journal);
  listeners.Append(new ForeignWatch);
  const int gtest_code = RUN_ALL_TESTS();
  remove_placed_instance();
  session().cluster.reset();
  return exit_code(*testing::UnitTest::GetInstance(), *journal, gtest_code);
}

}  // namespace

int run(int argc, char** argv) {
  process::give_freed_memory_back();
  process::raise_open_file_limit();
  session().suite = suite_of(argc > 0 ? argv[0] : "suite");
  testing::InitGoogleMock(&argc, argv);
  if (testing::GTEST_FLAG(list_tests)) {
    const int code = RUN_ALL_TESTS();
    list_quick_tests();
    return code;
  }
  add_secrets_of_environment();
  try {
    open_journal(session());
    const ExitCode code = run_tests();
    if (code == ExitCode::nothing_selected) std::fprintf(stderr, "no test matches the filter\n");
    if (code == ExitCode::passed) std::printf("suite %s ended: passed\n", session().suite.c_str());
    return to_int(code);
  } catch (const HarnessError& error) {
    std::fprintf(stderr, "%s: %s\n  %s\n", argv[0], safe(error.what()).c_str(), safe(error.advice()).c_str());
    return to_int(ExitCode::harness);
  }
}

}  // namespace exo_harness::gtest
