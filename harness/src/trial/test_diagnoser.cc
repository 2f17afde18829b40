#include "exo_harness/trial/test_diagnoser.h"

#include <algorithm>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/diagnose/cause/case_builder.h"
#include "exo_harness/diagnose/cause/diagnose.h"
#include "exo_harness/diagnose/cause/diagnosis_record.h"
#include "exo_harness/trial/node_logs.h"

namespace exo_harness::trial {
namespace {

bool wants_a_reason(std::optional<Verdict> verdict) {
  return verdict && is_failure(*verdict);
}

// Of what a test leaves in the journal, all but what went well.
bool may_concern_the_cluster(const journal::Body& body) {
  if (const auto* phase = std::get_if<journal::PhaseEnded>(&body)) return !phase->ok;
  if (const auto* exchange = std::get_if<journal::ExchangeDone>(&body)) return !exchange->failure.empty();
  return !std::holds_alternative<journal::TestStarted>(body) && !std::holds_alternative<journal::TestEnded>(body) &&
         !std::holds_alternative<journal::PhaseStarted>(body);
}

bool nothing_listens(const diagnose::CaseFile& file) {
  const auto refused = [](const diagnose::ApiFailure& failure) { return failure.kind == FailureKind::unreachable; };
  return std::any_of(file.api_failures.begin(), file.api_failures.end(), refused);
}

}  // namespace

TestDiagnoser::TestDiagnoser(journal::Journal& journal, std::function<std::vector<std::filesystem::path>()> logs,
                             diagnose::SignatureBook book)
    : journal_(journal), logs_(std::move(logs)), book_(std::move(book)) {}

void TestDiagnoser::see(const journal::Record& record) {
  if (std::holds_alternative<journal::TestStarted>(record.body)) begin(record.t_ns);
  records_.keep(record);
  cluster_had_a_part_ |= may_concern_the_cluster(record.body);
  const auto* ended = std::get_if<journal::TestEnded>(&record.body);
  if (ended != nullptr && cluster_had_a_part_ && wants_a_reason(ended->result)) explain(ended->test, record.t_ns);
}

void TestDiagnoser::begin(std::int64_t t_ns) {
  begun_ns_ = t_ns;
  cluster_had_a_part_ = false;
  records_.begin(t_ns);
  logs_of_test_ = logs_();
  logs_before_ = LogMark(logs_of_test_);
}

void TestDiagnoser::explain(const std::string& test, std::int64_t end_ns) {
  diagnose::CaseFile file = diagnose::case_from_records(records_.all(), begun_ns_, end_ns);
  // A test that failed by its own judgement, on a cluster that did all that was asked, has no cause to look for here.
  if (!file.failed && file.api_failures.empty()) return;
  for (const auto& log : logs_of_test_) {
    try {
      file.logs.push_back(scan_since(logs_before_, log, book_));
      // A node that had ended before the test began says nothing in its time.
      if (file.logs.back().lines == 0 && nothing_listens(file)) file.logs.back() = scan_last_words(log, book_);
    } catch (const HarnessError&) {  // A log that went away explains nothing.
    }
  }
  diagnose::assign_ranks(file);
  journal_.append(diagnose::record_of(test, diagnose::diagnose(file, book_)));
}

}  // namespace exo_harness::trial
