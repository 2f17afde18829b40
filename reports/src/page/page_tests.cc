#include <map>
#include <utility>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "page_data.h"
#include "record/suite_builder.h"
#include "sanitize.h"
#include "topology.h"
#include "verdict/left_out.h"

namespace exo_reports {
namespace {

using exo_harness::format;
using mustache::data;

constexpr std::size_t kMaxHistory = 500;

Verdict gravest(const SuiteRecord& suite) {
  Verdict verdict = Verdict::passed;
  for (const TestRecord& test : suite.tests) {
    if (test.verdict != Verdict::skipped) verdict = std::max(verdict, test.verdict);
  }
  return verdict;
}

std::string counts_of(const SuiteRecord& suite) {
  std::map<Verdict, int> counts;
  for (const TestRecord& test : suite.tests) ++counts[test.verdict];
  std::vector<std::string> words;
  for (auto at = counts.rbegin(); at != counts.rend(); ++at)
    words.push_back(format("{} {}", at->second, humanize(at->first)));
  return words.empty() ? "no tests" : exo_harness::join(words, ", ");
}

std::string trouble_of(const SuiteRecord& suite) {
  if (!suite.trouble.empty()) return suite.trouble;
  if (suite.timed_out) return "It did not end within its time.";
  if (suite.signal != 0) return format("Its process died of {}.", signal_name(suite.signal));
  return suite.ended ? "" : "The record has no end of this suite.";
}

data row_of(const TestRecord& test, std::size_t& in_full) {
  data row;
  set_look(row, test.verdict);
  row["id"] = test.id;
  row["name"] = sanitized_line(test.name);
  row["model"] = sanitized_line(test.model);
  row["placement"] = sanitized_line(test.placement);
  row["took"] = test.ran ? duration(test.took_ms) : std::string("–");
  const bool shows_all = !is_good(test.verdict) && test.ran && in_full++ < kMaxFailuresInFull;
  row["link"] = data(shows_all);
  std::string reason = test.reason;
  if (!shows_all && reason.empty() && !test.failures.empty()) reason = summary_line(test.failures.front().message);
  row["reason"] = reason.empty() || shows_all ? data(false) : data(sanitized_line(reason, 300));
  return row;
}

void add_pair(data& list, std::string_view key, std::string_view value) {
  data one;
  one["key"] = sanitized_line(key);
  one["value"] = sanitized_line(value);
  list.push_back(one);
}

data history_of(const RunRecord& run) {
  data list = data::type::list;
  const std::size_t from = run.history.size() > kMaxHistory ? run.history.size() - kMaxHistory : 0;
  for (std::size_t i = from; i < run.history.size(); ++i) {
    const auto& change = std::get<exo_harness::journal::StateChange>(run.history[i].body);
    data one;
    one["utc"] = sanitized_line(run.history[i].utc.size() > 12 ? run.history[i].utc.substr(11) : run.history[i].utc);
    std::string what = change.part + " " + change.subject;
    if (change.rank >= 0) what += format(", rank {}", change.rank);
    if (!change.node.empty()) what += " on " + node_name(run, change.node);
    one["what"] = sanitized_line(what);
    one["from"] = sanitized_line(change.from.empty() ? "–" : change.from);
    one["to"] = sanitized_line(change.to.empty() ? "gone" : change.to);
    one["detail"] = sanitized_line(change.detail);
    list.push_back(one);
  }
  return list;
}

std::string end_of(const ProcessRecord& process) {
  if (!process.exited) return "not seen";
  if (process.signal == 0) return format("exit code {}", process.exit_code);
  return signal_name(process.signal) + (process.asked ? ", asked for" : ", not asked for");
}

}  // namespace

void set_tests(data& page, const RunRecord& run) {
  data suites = data::type::list;
  std::size_t in_full = 0;
  for (const SuiteRecord& suite : run.suites) {
    data one, rows = data::type::list;
    const Verdict verdict = gravest(suite);
    set_look(one, verdict);
    one["name"] = sanitized_line(suite.name);
    one["counts"] = counts_of(suite);
    one["took"] = duration(suite.took_ms);
    one["open"] = data(!is_good(verdict));
    const std::string trouble = trouble_of(suite);
    one["trouble"] = trouble.empty() ? data(false) : data(sanitized_line(trouble));
    for (const TestRecord& test : suite.tests) rows.push_back(row_of(test, in_full));
    one["tests"] = std::move(rows);
    suites.push_back(one);
  }
  page["suites"] = std::move(suites);
}

void set_findings_and_skips(data& page, const RunRecord& run) {
  data findings = data::type::list, skips = data::type::list;
  for (const auto& f : run.findings) {
    data one;
    one["id"] = sanitized_line(f.id);
    one["title"] = sanitized_line(f.title);
    one["versions"] = sanitized_line(f.versions);
    one["evidence"] = f.evidence.empty() ? data(false) : data(sanitized(f.evidence, 8u << 10));
    findings.push_back(one);
  }
  std::map<std::string, int> reasons;
  for (const SuiteRecord& suite : run.suites) {
    for (const TestRecord& test : suite.tests) {
      if (test.verdict == Verdict::skipped || !test.ran) ++reasons[test.reason];
    }
  }
  const std::vector<LeftOut> left_out = left_out_by_suite(run);
  const auto add = [&skips](const auto& number, const std::string& reason) {
    data one;
    one["number"] = format("{}", number);
    one["reason"] = reason;
    skips.push_back(one);
  };
  for (const LeftOut& one : left_out) add(one.count, one.what);
  for (const auto& [reason, number] : reasons) add(number, sanitized_line(reason));
  page["has_findings"] = data(!run.findings.empty());
  page["findings"] = std::move(findings);
  page["has_skips"] = data(!reasons.empty() || !left_out.empty());
  page["skips"] = std::move(skips);
}

void set_logs(data& page, const std::vector<PackedLog>& logs) {
  data list = data::type::list;
  std::uint64_t left_out = 0;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const PackedLog& log = logs[i];
    data one;
    one["number"] = format("{}", i);
    one["blocks"] = format("{}", log.blocks.size());
    one["node"] = sanitized_line(log.file.node);
    one["path"] = sanitized_line(log.file.path);
    one["size"] = log.found ? exo_harness::human_bytes(log.bytes) : std::string("not there");
    one["tail_title"] = log.found ? "the last lines" : "the file is not in the run folder";
    one["tail"] = log.tail;
    list.push_back(one);
    left_out += log.left_out;
  }
  page["has_logs"] = data(!logs.empty());
  page["logs"] = std::move(list);
  page["logs_note"] =
      left_out == 0
          ? data(false)
          : data(format("{} from the middle of long logs are not in this page; the files beside it are whole.",
                        exo_harness::human_bytes(left_out)));
}

void set_run(data& page, const RunRecord& run) {
  data facts = data::type::list, processes = data::type::list;
  add_pair(facts, "run", run.run_id);
  add_pair(facts, "command", exo_harness::join(run.command, " "));
  add_pair(facts, "took", duration(run.took_ms));
  for (const auto& [key, value] : run.facts) add_pair(facts, key, value);
  for (const auto& [key, value] : run.settings) add_pair(facts, "setting " + key, value);
  for (const auto& clean_up : run.clean_ups) {
    add_pair(facts, "clean-up",
             format("{} processes, {} ended, {} killed, {} left, {}", clean_up.targets, clean_up.terminated,
                    clean_up.killed, clean_up.survivors.size(), duration(clean_up.took_ms)));
  }
  for (const TroubleRecord& one : run.troubles) {
    if (one.trouble.warning) add_pair(facts, "warning", one.trouble.what);
  }
  for (const ProcessRecord& p : run.processes) {
    data one;
    one["name"] = sanitized_line(p.name);
    one["pid"] = format("{}", p.pid);
    one["end"] = end_of(p);
    one["command"] = sanitized_line(exo_harness::join(p.command, " "));
    processes.push_back(one);
  }
  page["facts"] = std::move(facts);
  page["has_history"] = data(!run.history.empty());
  page["history_count"] = format("{}", run.history.size());
  page["history"] = history_of(run);
  page["has_processes"] = data(!run.processes.empty());
  page["process_count"] = format("{}", run.processes.size());
  page["processes"] = std::move(processes);
}

}  // namespace exo_reports
