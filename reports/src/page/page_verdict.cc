#include <algorithm>
#include <utility>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "page_data.h"
#include "sanitize.h"
#include "verdict/left_out.h"

namespace exo_reports {
namespace {

using exo_harness::format;
using mustache::data;

constexpr std::size_t kMaxReasons = 50;

// `FAILED: what. The rest.` in its first two parts.
struct Sentence {
  std::string word, claim;
};
Sentence parts_of(const std::string& sentence) {
  const std::size_t colon = sentence.find(": "), stop = sentence.find(". ");
  if (colon == std::string::npos || stop == std::string::npos || stop < colon) return {sentence, ""};
  std::string word = exo_harness::to_lower(sentence.substr(0, colon));
  if (!word.empty() && word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return {word, sentence.substr(colon + 2, stop - colon - 2)};
}

std::string lead_of(const RunRecord& run) {
  int tests = 0;
  for (const auto& [verdict, number] : run.judgement.counts) tests += number;
  std::string lead = tests == 1 ? "1 test" : format("{} tests", tests);
  if (!run.nodes.empty()) lead += format(" on {} node{}", run.nodes.size(), run.nodes.size() == 1 ? "" : "s");
  lead += format(" in {}", duration(run.took_ms));
  const std::size_t left_out = count_left_out(run);
  return left_out == 0 ? lead : lead + format("; the quick selection left out {} more", left_out);
}

data list_of_facts(const std::vector<std::string>& facts) {
  data list = data::type::list;
  for (const std::string& fact : facts) {
    if (!fact.empty()) list.push_back(data(sanitized_line(fact)));
  }
  return list;
}

data diagnosis_of(const exo_harness::journal::DiagnosisMade& d) {
  data one;
  one["cause"] = sanitized_line(d.cause, 2000);
  one["remedy"] = sanitized_line(d.remedy, 2000);
  std::vector<std::string> facts;
  if (!d.signature.empty()) facts.push_back("signature " + d.signature);
  if (d.phase) facts.push_back(format("phase {}", to_string(*d.phase)));
  if (!d.node.empty()) facts.push_back("node " + d.node);
  if (d.rank >= 0) facts.push_back(format("rank {}", d.rank));
  if (d.blame) facts.push_back(format("blame: {}", to_string(*d.blame)));
  if (!d.confidence.empty()) facts.push_back("confidence: " + d.confidence);
  one["facts"] = list_of_facts(facts);
  if (!d.evidence.empty()) one["evidence"] = sanitized(exo_harness::join(d.evidence, "\n"), 16u << 10);
  return one;
}

data exchange_of(const exo_harness::journal::ExchangeDone& e) {
  data one;
  one["title"] = sanitized_line(
      format("{} {} → {} after {}: {}", e.method, e.url, e.status, duration(e.took_us / 1000), failure_text(e)));
  if (!e.request_body.empty()) one["request"] = sanitized(e.request_body, 8u << 10);
  if (!e.response_body.empty()) one["response"] = sanitized(e.response_body, 16u << 10);
  return one;
}

data properties_of(const TestRecord& test) {
  data list = data::type::list;
  for (const auto& [key, value] : test.properties) {
    data one;
    one["key"] = sanitized_line(key);
    one["value"] = sanitized_line(value);
    list.push_back(one);
  }
  return list;
}

std::vector<std::string> facts_of(const TestRecord& test) {
  std::vector<std::string> facts = {test.suite, test.model, test.placement, duration(test.took_ms)};
  if (!test.file.empty()) facts.push_back(format("{}:{}", test.file, test.line));
  if (test.attempts.size() > 1) {
    std::vector<std::string> words;
    for (const Verdict v : test.attempts) words.emplace_back(humanize(v));
    facts.push_back(format("{} attempts: {}", words.size(), exo_harness::join(words, ", ")));
  }
  return facts;
}

data failure_of(const TestRecord& test) {
  data one;
  set_look(one, test.verdict);
  one["id"] = test.id;
  one["name"] = sanitized_line(test.name);
  one["facts"] = list_of_facts(facts_of(test));
  if (!test.reason.empty()) one["reason"] = sanitized_line(test.reason, 2000);
  data diagnoses = data::type::list, messages = data::type::list, exchanges = data::type::list;
  for (const auto& d : test.diagnoses) diagnoses.push_back(diagnosis_of(d));
  for (const auto& failure : test.failures) {
    data message;
    message["at"] =
        failure.file.empty() ? std::string("message") : sanitized_line(format("{}:{}", failure.file, failure.line));
    message["text"] = sanitized(failure.message, 16u << 10);
    messages.push_back(message);
  }
  for (const auto& e : test.exchanges) exchanges.push_back(exchange_of(e));
  one["diagnoses"] = std::move(diagnoses);
  one["messages"] = std::move(messages);
  one["exchanges"] = std::move(exchanges);
  one["has_properties"] = data(!test.properties.empty());
  one["properties"] = properties_of(test);
  return one;
}

}  // namespace

void set_head(data& page, const RunRecord& run) {
  const Sentence sentence = parts_of(run.judgement.sentence);
  const Look look = look_of(run.judgement.verdict);
  page["headline"] = sentence.word;
  page["word"] = sentence.word;
  page["claim"] = sentence.claim;
  page["answer"] = run.judgement.answer.empty() ? data(false) : data(run.judgement.answer);
  page["lead"] = lead_of(run);
  page["symbol"] = look.symbol;
  page["tone"] = look.tone;
  page["run_id"] = sanitized_line(run.run_id);
  page["host"] = sanitized_line(run.host);
  page["started"] = sanitized_line(run.started_utc);
  page["version"] = sanitized_line(run.version);
  data counts = data::type::list;
  for (auto at = run.judgement.counts.rbegin(); at != run.judgement.counts.rend(); ++at) {
    data one;
    set_look(one, at->first);
    one["number"] = format("{}", at->second);
    counts.push_back(one);
  }
  page["counts"] = std::move(counts);
}

void set_reasons(data& page, const RunRecord& run) {
  const auto& reasons = run.judgement.reasons;
  data list = data::type::list;
  for (std::size_t i = 0; i < std::min(kMaxReasons, reasons.size()); ++i) {
    const Reason& r = reasons[i];
    data one;
    set_look(one, r.verdict);
    one["subject"] = sanitized_line(r.subject);
    one["what"] = sanitized_line(r.what);
    one["anchor"] = r.anchor.empty() ? data(false) : data(r.anchor);
    one["cause"] = r.cause.empty() ? data(false) : data(sanitized_line(r.cause, 1000));
    one["remedy"] = r.remedy.empty() ? data(false) : data(sanitized_line(r.remedy, 1000));
    list.push_back(one);
  }
  page["has_reasons"] = data(!reasons.empty());
  page["reasons"] = std::move(list);
  page["more_reasons"] =
      reasons.size() > kMaxReasons ? data(format("and {} more, below", reasons.size() - kMaxReasons)) : data(false);
}

void set_failures(data& page, const RunRecord& run) {
  std::vector<const TestRecord*> tests;
  for (const SuiteRecord& suite : run.suites) {
    for (const TestRecord& test : suite.tests) {
      if (!is_good(test.verdict) && test.ran) tests.push_back(&test);
    }
  }
  std::stable_sort(tests.begin(), tests.end(), [](auto* a, auto* b) { return a->order < b->order; });
  data list = data::type::list;
  for (std::size_t i = 0; i < std::min(kMaxFailuresInFull, tests.size()); ++i) list.push_back(failure_of(*tests[i]));
  page["has_failures"] = data(!tests.empty());
  page["failures"] = std::move(list);
  page["more_failures"] = tests.size() > kMaxFailuresInFull
                              ? data(format("The first {} of {} are here; all are in the table below and in junit.xml.",
                                            kMaxFailuresInFull, tests.size()))
                              : data(false);
}

}  // namespace exo_reports
