#pragma once

#include <string_view>
#include <tuple>
#include <type_traits>

#include "exo_harness/journal/records.h"

namespace exo_harness::journal {

// The names of the fields in the file, once for writer and reader. `kFields<T>` is a tuple of name and member.

template <class T, class M>
struct Field {
  std::string_view name;
  M T::*member;
};
template <class T, class M>
Field(const char*, M T::*) -> Field<T, M>;

template <class T>
inline constexpr auto kFields = std::tuple<>();

#define EXO_FIELD(type, name) \
  Field {                     \
#name, &type::name        \
  }

template <>
inline constexpr auto kFields<RunStarted> = std::tuple(EXO_FIELD(RunStarted, run_id), EXO_FIELD(RunStarted, version),
                                                       EXO_FIELD(RunStarted, host), EXO_FIELD(RunStarted, command),
                                                       EXO_FIELD(RunStarted, settings));
template <>
inline constexpr auto kFields<RunEnded> = std::tuple(EXO_FIELD(RunEnded, exit_code), EXO_FIELD(RunEnded, reason));
template <>
inline constexpr auto kFields<Fact> = std::tuple(EXO_FIELD(Fact, key), EXO_FIELD(Fact, value));
template <>
inline constexpr auto kFields<PhaseStarted> = std::tuple(EXO_FIELD(PhaseStarted, phase), EXO_FIELD(PhaseStarted, model),
                                                         EXO_FIELD(PhaseStarted, placement),
                                                         EXO_FIELD(PhaseStarted, limit_ms));
template <>
inline constexpr auto kFields<PhaseEnded> = std::tuple(EXO_FIELD(PhaseEnded, phase), EXO_FIELD(PhaseEnded, model),
                                                       EXO_FIELD(PhaseEnded, placement), EXO_FIELD(PhaseEnded, ok),
                                                       EXO_FIELD(PhaseEnded, took_ms),
                                                       EXO_FIELD(PhaseEnded, failure_kind),
                                                       EXO_FIELD(PhaseEnded, failure), EXO_FIELD(PhaseEnded, evidence));
template <>
inline constexpr auto kFields<ProcessStarted> = std::tuple(EXO_FIELD(ProcessStarted, name),
                                                           EXO_FIELD(ProcessStarted, pid),
                                                           EXO_FIELD(ProcessStarted, command));
template <>
inline constexpr auto kFields<ProcessExited> = std::tuple(EXO_FIELD(ProcessExited, name), EXO_FIELD(ProcessExited, pid),
                                                          EXO_FIELD(ProcessExited, exit_code),
                                                          EXO_FIELD(ProcessExited, signal));
template <>
inline constexpr auto kFields<SignalSent> = std::tuple(EXO_FIELD(SignalSent, target), EXO_FIELD(SignalSent, pid),
                                                       EXO_FIELD(SignalSent, signal), EXO_FIELD(SignalSent, reason));
template <>
inline constexpr auto kFields<NodeSeen> = std::tuple(EXO_FIELD(NodeSeen, id), EXO_FIELD(NodeSeen, api),
                                                     EXO_FIELD(NodeSeen, name), EXO_FIELD(NodeSeen, generation),
                                                     EXO_FIELD(NodeSeen, chip), EXO_FIELD(NodeSeen, os),
                                                     EXO_FIELD(NodeSeen, ram_total),
                                                     EXO_FIELD(NodeSeen, ram_available));
template <>
inline constexpr auto kFields<EdgeSeen> = std::tuple(EXO_FIELD(EdgeSeen, source), EXO_FIELD(EdgeSeen, sink),
                                                     EXO_FIELD(EdgeSeen, kind), EXO_FIELD(EdgeSeen, detail));
template <>
inline constexpr auto kFields<StateChange> = std::tuple(EXO_FIELD(StateChange, part), EXO_FIELD(StateChange, subject),
                                                        EXO_FIELD(StateChange, from), EXO_FIELD(StateChange, to),
                                                        EXO_FIELD(StateChange, detail),
                                                        EXO_FIELD(StateChange, instance), EXO_FIELD(StateChange, rank),
                                                        EXO_FIELD(StateChange, node));
template <>
inline constexpr auto kFields<ExchangeDone> = std::tuple(
    EXO_FIELD(ExchangeDone, test), EXO_FIELD(ExchangeDone, method), EXO_FIELD(ExchangeDone, url),
    EXO_FIELD(ExchangeDone, status), EXO_FIELD(ExchangeDone, took_us), EXO_FIELD(ExchangeDone, response_bytes),
    EXO_FIELD(ExchangeDone, failure_kind), EXO_FIELD(ExchangeDone, failure), EXO_FIELD(ExchangeDone, token_events),
    EXO_FIELD(ExchangeDone, request_body), EXO_FIELD(ExchangeDone, response_body));
template <>
inline constexpr auto kFields<LogFile> = std::tuple(EXO_FIELD(LogFile, node), EXO_FIELD(LogFile, path),
                                                    EXO_FIELD(LogFile, kind));
template <>
inline constexpr auto kFields<SuiteStarted> = std::tuple(EXO_FIELD(SuiteStarted, suite),
                                                         EXO_FIELD(SuiteStarted, planned));
template <>
inline constexpr auto kFields<SuiteEnded> = std::tuple(EXO_FIELD(SuiteEnded, suite), EXO_FIELD(SuiteEnded, exit_code),
                                                       EXO_FIELD(SuiteEnded, signal), EXO_FIELD(SuiteEnded, timed_out),
                                                       EXO_FIELD(SuiteEnded, trouble));
template <>
inline constexpr auto kFields<TestStarted> = std::tuple(EXO_FIELD(TestStarted, suite), EXO_FIELD(TestStarted, test),
                                                        EXO_FIELD(TestStarted, file), EXO_FIELD(TestStarted, line),
                                                        EXO_FIELD(TestStarted, model),
                                                        EXO_FIELD(TestStarted, placement));
template <>
inline constexpr auto kFields<TestFailure> = std::tuple(EXO_FIELD(TestFailure, file), EXO_FIELD(TestFailure, line),
                                                        EXO_FIELD(TestFailure, message));
template <>
inline constexpr auto kFields<TestEnded> = std::tuple(EXO_FIELD(TestEnded, suite), EXO_FIELD(TestEnded, test),
                                                      EXO_FIELD(TestEnded, result), EXO_FIELD(TestEnded, failure_kind),
                                                      EXO_FIELD(TestEnded, failure), EXO_FIELD(TestEnded, took_ms),
                                                      EXO_FIELD(TestEnded, skip_reason),
                                                      EXO_FIELD(TestEnded, expectation), EXO_FIELD(TestEnded, failures),
                                                      EXO_FIELD(TestEnded, properties));
template <>
inline constexpr auto kFields<WatchdogFired> = std::tuple(EXO_FIELD(WatchdogFired, suite),
                                                          EXO_FIELD(WatchdogFired, test),
                                                          EXO_FIELD(WatchdogFired, phase),
                                                          EXO_FIELD(WatchdogFired, limit_ms),
                                                          EXO_FIELD(WatchdogFired, evidence));
template <>
inline constexpr auto kFields<ProcessLooked> = std::tuple(
    EXO_FIELD(ProcessLooked, pid), EXO_FIELD(ProcessLooked, rank), EXO_FIELD(ProcessLooked, is_runner),
    EXO_FIELD(ProcessLooked, node), EXO_FIELD(ProcessLooked, command), EXO_FIELD(ProcessLooked, state),
    EXO_FIELD(ProcessLooked, cpu_percent), EXO_FIELD(ProcessLooked, stack), EXO_FIELD(ProcessLooked, no_stack));
template <>
inline constexpr auto kFields<PredictionSeen> =
    std::tuple(EXO_FIELD(PredictionSeen, model), EXO_FIELD(PredictionSeen, placement),
               EXO_FIELD(PredictionSeen, predicted), EXO_FIELD(PredictionSeen, reason), EXO_FIELD(PredictionSeen, seen),
               EXO_FIELD(PredictionSeen, detail), EXO_FIELD(PredictionSeen, basis));
template <>
inline constexpr auto kFields<PlacementTried> = std::tuple(EXO_FIELD(PlacementTried, placement),
                                                           EXO_FIELD(PlacementTried, outcome),
                                                           EXO_FIELD(PlacementTried, why),
                                                           Field{"foretold", &PlacementTried::as_expected});
template <>
inline constexpr auto kFields<StrategyTried> =
    std::tuple(EXO_FIELD(StrategyTried, model), EXO_FIELD(StrategyTried, outcome), EXO_FIELD(StrategyTried, why),
               EXO_FIELD(StrategyTried, fallback), EXO_FIELD(StrategyTried, fallback_fit),
               Field{"foretold", &StrategyTried::as_expected}, EXO_FIELD(StrategyTried, placements),
               EXO_FIELD(StrategyTried, answer));
template <>
inline constexpr auto kFields<BlockMeasured> = std::tuple(
    EXO_FIELD(BlockMeasured, suite), EXO_FIELD(BlockMeasured, test), EXO_FIELD(BlockMeasured, model),
    EXO_FIELD(BlockMeasured, placement), EXO_FIELD(BlockMeasured, workload), EXO_FIELD(BlockMeasured, concurrency),
    EXO_FIELD(BlockMeasured, block), EXO_FIELD(BlockMeasured, metrics), EXO_FIELD(BlockMeasured, samples),
    EXO_FIELD(BlockMeasured, requests), EXO_FIELD(BlockMeasured, failed), EXO_FIELD(BlockMeasured, warm_ups),
    EXO_FIELD(BlockMeasured, valid), EXO_FIELD(BlockMeasured, why_invalid));
template <>
inline constexpr auto kFields<AnswerToken> = std::tuple(EXO_FIELD(AnswerToken, text), EXO_FIELD(AnswerToken, logprob),
                                                        EXO_FIELD(AnswerToken, top),
                                                        EXO_FIELD(AnswerToken, top_logprobs));
template <>
inline constexpr auto kFields<AnswerKept> = std::tuple(EXO_FIELD(AnswerKept, suite), EXO_FIELD(AnswerKept, test),
                                                       EXO_FIELD(AnswerKept, model), EXO_FIELD(AnswerKept, placement),
                                                       EXO_FIELD(AnswerKept, prompt), EXO_FIELD(AnswerKept, attempt),
                                                       EXO_FIELD(AnswerKept, text),
                                                       EXO_FIELD(AnswerKept, finish_reason),
                                                       EXO_FIELD(AnswerKept, prompt_tokens),
                                                       EXO_FIELD(AnswerKept, tokens));
template <>
inline constexpr auto kFields<DiagnosisMade> =
    std::tuple(EXO_FIELD(DiagnosisMade, test), EXO_FIELD(DiagnosisMade, blame), EXO_FIELD(DiagnosisMade, verdict),
               EXO_FIELD(DiagnosisMade, phase), EXO_FIELD(DiagnosisMade, node), EXO_FIELD(DiagnosisMade, signature),
               EXO_FIELD(DiagnosisMade, cause), EXO_FIELD(DiagnosisMade, remedy), EXO_FIELD(DiagnosisMade, confidence),
               EXO_FIELD(DiagnosisMade, rank), EXO_FIELD(DiagnosisMade, evidence));
template <>
inline constexpr auto kFields<CleanUpDone> = std::tuple(EXO_FIELD(CleanUpDone, targets),
                                                        EXO_FIELD(CleanUpDone, terminated),
                                                        EXO_FIELD(CleanUpDone, killed), EXO_FIELD(CleanUpDone, took_ms),
                                                        EXO_FIELD(CleanUpDone, survivors),
                                                        EXO_FIELD(CleanUpDone, reason));
template <>
inline constexpr auto kFields<Finding> = std::tuple(EXO_FIELD(Finding, id), EXO_FIELD(Finding, title),
                                                    EXO_FIELD(Finding, versions), EXO_FIELD(Finding, evidence));
template <>
inline constexpr auto kFields<Trouble> = std::tuple(EXO_FIELD(Trouble, what), EXO_FIELD(Trouble, advice),
                                                    EXO_FIELD(Trouble, blame), EXO_FIELD(Trouble, warning));

#undef EXO_FIELD

/// Whether its fields have names: of every record but `Unknown`, and of the parts of one.
template <class T>
inline constexpr bool kHasFields = std::tuple_size_v<std::remove_cvref_t<decltype(kFields<T>)>> > 0;

}  // namespace exo_harness::journal
