#include "rdma/rdma_screen.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <vector>

#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

#include "rdma/rdma_steps.h"

namespace exo_harness::tools {
namespace {

constexpr std::size_t kColumns = 79, kLines = 24;
constexpr std::size_t kIndent = 9;  // Of the reasons below the verdict.

// Cut at a blank where there is one; the last line tells that more would come.
std::vector<std::string> wrapped(std::string text, std::size_t width, std::size_t most) {
  for (char& c : text) c = c == '\n' || c == '\t' ? ' ' : c;
  std::vector<std::string> out;
  while (!text.empty()) {
    if (text.size() <= width) return out.push_back(text), out;
    if (out.size() + 1 == most) return out.push_back(text.substr(0, text.rfind(' ', width - 4)) + " ..."), out;
    std::size_t at = text.rfind(' ', width);
    if (at == std::string::npos || at == 0) at = width;
    out.push_back(text.substr(0, at));
    text = trim(text.substr(at));
  }
  return out;
}

std::string upper(std::string_view word) {
  std::string text(word);
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string place_of(const diagnose::Diagnosis& why) {
  std::string text(why.phase ? to_string(*why.phase) : "");
  if (why.rank >= 0) text += format(", rank {}", why.rank);
  if (!why.node.empty()) text += format("{} {}", why.rank >= 0 ? " on" : ", node", why.node);
  return text;
}

std::string known_as(const diagnose::Diagnosis& why) {
  if (!why.signature.empty()) return format("{} ({})", why.signature, why.confidence);
  return why.confidence == "unknown" ? "no known failure matches" : "";
}

// What a failure of Exo says of itself; what we found is in the cause.
std::string seen_in(const RdmaTrouble& trouble) {
  const auto& evidence = trouble.why.evidence;
  const bool runner = !evidence.empty() && evidence[0].from_runner;
  return !trouble.why.signature.empty() || runner ? trouble.seen : "";
}

std::string_view how_it_ended(Verdict verdict) {
  if (verdict == Verdict::hang) return "did not end";
  if (verdict == Verdict::crash) return "crashed";
  if (verdict == Verdict::lost) return "lost a node";
  if (verdict == Verdict::environment) return "failed, and not for a fault of Exo";
  return "failed";
}

// The cause itself, when it says all in a sentence of its own.
bool speaks_for_itself(const RdmaTrouble& trouble) {
  return trouble.step == RdmaStep::preflight || trouble.why.cause.starts_with("JACCL not possible");
}

}  // namespace

RdmaScreen::RdmaScreen(bool quiet) : quiet_(quiet), view_(stdout), colour_(LiveView::style_for(stdout).colour) {}

void RdmaScreen::now(std::string_view line) {
  if (!quiet_) view_.now(format("  ...  {}", line));
}

void RdmaScreen::line(std::string_view text) {
  if (!quiet_) view_.note(text);
  ++lines_;
}

void RdmaScreen::title(std::string_view text) {
  line(shorten(text, kColumns));
}

std::string RdmaScreen::word_of(Word word) const {
  const std::string text = word == Word::ok ? "ok  " : word == Word::fail ? "FAIL" : "skip";
  if (!colour_) return text;
  return format("\x1b[{}m{}\x1b[0m", word == Word::ok ? 32 : word == Word::fail ? 31 : 33, text);
}

void RdmaScreen::step(Word word, std::string_view name, std::string_view seen) {
  const auto text = wrapped(printable(redact(first_line(seen))), kColumns - 24, 1);
  line(format("  {} {:<16} {}", word_of(word), name, text.empty() ? "" : text[0]));
}

void RdmaScreen::explain(std::string_view label, std::string_view text, std::size_t most_lines) {
  if (text.empty()) return;
  for (const std::string& part : wrapped(printable(redact(text)), kColumns - kIndent, most_lines)) {
    line(format("  {:<6} {}", label, part));
    label = "";
  }
}

void RdmaScreen::verdict(const exo_reports::Judgement& judgement, const RdmaTrouble* trouble, std::string_view what) {
  const std::string word = upper(humanize(judgement.verdict));
  line("");
  if (trouble == nullptr) {
    const bool good = is_good(judgement.verdict);
    const std::string reason = judgement.reasons.empty()
                                   ? judgement.sentence
                                   : judgement.reasons[0].subject + ": " + judgement.reasons[0].what;
    for (const auto& part : wrapped(word + ": " + std::string(good ? what : reason), kColumns, 3)) line(part);
    if (!good && !judgement.reasons.empty()) explain("fix", judgement.reasons[0].remedy, 2);
    return;
  }
  const diagnose::Diagnosis& why = trouble->why;
  const bool itself = speaks_for_itself(*trouble);
  const std::string headline =
      itself ? why.cause
             : format("tensor parallelism over JACCL: {} {}", step_name(trouble->step), how_it_ended(why.verdict));
  for (const auto& part : wrapped(format("{}: {}", word, printable(headline)), kColumns, 4)) line(part);
  explain("where", place_of(why), 1);
  constexpr std::size_t kOthers = 6;  // Lines of what follows the cause.
  const std::size_t room = kLines > lines_ + kOthers ? kLines - lines_ - kOthers : 0;
  if (!itself) explain("cause", why.cause, std::clamp<std::size_t>(room, 2, 5));
  explain("fix", why.remedy, 2);
  if (!itself) explain("seen", seen_in(*trouble), room < 2 ? 1 : 2);
  explain("known", known_as(why), 1);
}

}  // namespace exo_harness::tools
