#include "app/live_view.h"

#include <chrono>
#include <cstdlib>
#include <utility>
#include <variant>
#include <vector>

#include <sys/ioctl.h>
#include <unistd.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {
namespace {

constexpr const char* kRed = "\x1b[31m";
constexpr const char* kGreen = "\x1b[32m";
constexpr const char* kYellow = "\x1b[33m";
constexpr const char* kPlain = "\x1b[0m";
constexpr std::size_t kFailureLines = 8;

std::string took(std::int64_t ms) {
  return humanize(std::chrono::milliseconds(ms));
}

bool is_ok(Verdict verdict) {
  return is_good(verdict) && verdict != Verdict::skipped;
}

std::string subject_of(std::optional<Phase> phase, const std::string& model, const std::string& placement) {
  return model.empty() ? std::string(to_string(phase)) : format("{} {} {}", to_string(phase), model, placement);
}

// The first lines of a failure's message, indented below the test's line.
std::string indented(std::string_view message) {
  std::string text;
  std::size_t count = 0;
  for (std::string_view line : lines(message)) {
    if (++count > kFailureLines) return text + "\n      …";
    text += format("\n      {}", printable(shorten(line, 300)));
  }
  return text;
}

}  // namespace

LiveView::Style LiveView::style_for(std::FILE* stream) {
  Style style;
  const char* term = std::getenv("TERM");
  const bool terminal = ::isatty(::fileno(stream)) && term != nullptr && std::string_view(term) != "dumb";
  style.overprint = terminal;
  style.colour = terminal && std::getenv("NO_COLOR") == nullptr;
  winsize size{};
  if (terminal && ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 20) style.columns = size.ws_col;
  return style;
}

LiveView::~LiveView() {
  done();
}

void LiveView::done() {
  const std::lock_guard lock(mutex_);
  clear();
  std::fflush(stream_);
}

void LiveView::clear() {
  if (dirty_) std::fputs("\r\x1b[K", stream_);
  dirty_ = false;
}

void LiveView::note(std::string_view line) {
  const std::lock_guard lock(mutex_);
  clear();
  std::fprintf(stream_, "%s\n", redact(line).c_str());
  std::fflush(stream_);
}

void LiveView::now(std::string_view line) {
  if (!style_.overprint) return;
  const std::lock_guard lock(mutex_);
  clear();
  const std::string shown = elide(printable(redact(line)), static_cast<std::size_t>(style_.columns - 1));
  std::fputs(shown.c_str(), stream_);
  std::fflush(stream_);
  dirty_ = true;
}

std::string LiveView::paint(std::string_view word, const char* colour) const {
  return style_.colour ? format("{}{}{}", colour, word, kPlain) : std::string(word);
}

void LiveView::show(const journal::Record& record) {
  std::visit(
      [this](const auto& body) {
        if constexpr (requires { this->show(body); }) this->show(body);
      },
      record.body);
}

void LiveView::show(const journal::PhaseStarted& phase) {
  now(format("  {} …", subject_of(phase.phase, phase.model, phase.placement)));
}

// Phases of an instance belong to a test, whose line tells of them; those of the cluster have a line each.
void LiveView::show(const journal::PhaseEnded& phase) {
  if (!phase.model.empty()) return;
  const std::string word = phase.ok ? paint("ok  ", kGreen) : paint("FAIL", kRed);
  std::string line = format("  {} {:<12} {}", word, to_string(phase.phase), took(phase.took_ms));
  if (!phase.ok) line += indented(phase.failure);
  note(line);
}

void LiveView::show(const journal::TestStarted& test) {
  now(format("  [{}/{}] {} {}", ended_ + 1, total_, test.suite, test.test));
}

void LiveView::show(const journal::TestEnded& test) {
  ++ended_;
  const Verdict verdict = test.result.value_or(Verdict::inconclusive);
  if (style_.overprint && is_good(verdict)) {
    return now(format("  [{}/{}] {} {} {}", ended_, total_, test.suite, test.test, to_string(verdict)));
  }
  const std::string word = is_ok(verdict)                ? paint("ok  ", kGreen)
                           : verdict == Verdict::skipped ? paint("skip", kYellow)
                                                         : paint("FAIL", kRed);
  std::string line = format("  {} {} {} ({})", word, test.suite, test.test, took(test.took_ms));
  // One reason may skip a whole suite: it is said once.
  if (verdict == Verdict::skipped && test.skip_reason != std::exchange(last_skip_reason_, test.skip_reason))
    line += format("\n      {}", printable(shorten(test.skip_reason, 300)));
  if (!is_good(verdict) && verdict != Verdict::failed) line += format(": {}", to_string(verdict));
  for (const journal::TestFailure& failure : test.failures) line += indented(failure.message);
  note(line);
}

// What it ends after that is our doing, and no failure of the suite.
void LiveView::show(const journal::SignalSent& sent) {
  constexpr std::string_view kSuite = "suite:";
  if (sent.target.starts_with(kSuite)) stopped_[sent.target.substr(kSuite.size())] = sent.reason;
}

void LiveView::show(const journal::SuiteEnded& suite) {
  const std::string stopped = std::exchange(stopped_[suite.suite], "");
  if (suite.signal == 0 && !suite.timed_out && suite.trouble.empty()) return;
  if (suite.signal != 0 && !suite.timed_out && !stopped.empty()) {
    return note(format("  {} suite {}: {}", paint("stop", kYellow), suite.suite, printable(stopped)));
  }
  std::string what = suite.timed_out          ? "hung and was ended"
                     : !suite.trouble.empty() ? suite.trouble
                                              : format("died of signal {}", suite.signal);
  note(format("  {} suite {} {}", paint("FAIL", kRed), suite.suite, printable(what)));
}

void LiveView::show(const journal::Trouble& trouble) {
  note(format("  {} {}", paint("trouble:", kRed), printable(trouble.what)) +
       (trouble.advice.empty() ? "" : format("\n      → {}", printable(trouble.advice))));
}

}  // namespace exo_harness::tools
