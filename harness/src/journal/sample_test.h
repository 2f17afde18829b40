#pragma once

#include <tuple>
#include <vector>

#include "exo_harness/journal/records.h"

namespace exo_harness::journal {

/// One record of every kind, each field filled.
inline std::vector<Body> one_of_each() {
  return {
      RunStarted{"r1", "0.1.0", "studio-1", {"exo-harness", "run"}, {{"seed", "7"}}},
      RunEnded{1, "1 test failed"},
      Fact{"exo.version", "1.0.71"},
      PhaseStarted{Phase::load, "tiny-llama", "tensor-2", 120000},
      PhaseEnded{Phase::load, "tiny-llama", "tensor-2", false, 812, FailureKind::timed_out, "no answer",
                 "last line\nof the log"},
      ProcessStarted{"node-1", 4711, {"exo", "-v"}},
      ProcessExited{"node-1", 4711, 0, 9},
      SignalSent{"node-1", 4711, 15, "clean-up"},
      NodeSeen{"12D3", "http://127.0.0.11:52415", "studio-1", "v1", "Apple M3 Ultra", "macOS 26.2", 512u << 20, 1},
      EdgeSeen{"12D3", "12D4", "rdma", "rdma_en5 > rdma_en5"},
      StateChange{"runner", "r-1", "RunnerLoading", "RunnerFailed", "boom \"quoted\" \\ \t", "i-1", 1, "12D4"},
      ExchangeDone{"S.T", "POST", "http://127.0.0.11/x", 200, 812, 12, FailureKind::empty_answer, "200 without a body",
                   0, "{}", "\xF0\x9F\x99\x82"},
      LogFile{"studio-1", "logs/studio-1/exo.log", "exo"},
      SuiteStarted{"inference", {"A.B", "A.C"}},
      SuiteEnded{"inference", 0, 11, true, "trouble"},
      TestStarted{"inference", "A.B", "suites/inference/a_test.cc", 12, "tiny-llama", "tensor-2"},
      TestEnded{"inference",
                "A.B",
                Verdict::failed,
                FailureKind::mismatch,
                "answered: 5",
                12,
                "",
                "sig",
                {{"a.cc", 3, "Expected: <x>"}},
                {{"ttft_ms", "12.5"}}},
      WatchdogFired{"inference", "A.B", Phase::first_token, 30000, "keep-alive"},
      ProcessLooked{4711, 1, false, "12D4", "python -c spawn_main", "T", 0, "", "no stack: py-spy is not here"},
      PredictionSeen{"tiny-llama", "tensor-2", "works", "r", "fails", "d"},
      StrategyTried{"nemotron-3-nano",
                    "load_failed",
                    "29 groups",
                    "llama-3.2-1b",
                    "fit",
                    true,
                    {{"single", "works", "", false}, {"tensor-2", "load_failed", "29 groups", true}},
                    "it does not; the cluster does"},
      DiagnosisMade{"A.B",
                    Blame::product,
                    Verdict::failed,
                    Phase::load,
                    "studio-1",
                    "EXO-1",
                    "cause",
                    "remedy",
                    "high",
                    1,
                    {"e1", "e2"}},
      CleanUpDone{3, 2, 1, 250, {"4711 exo"}, "harness gone"},
      Finding{"F-1", "title", "v1.0.71", "evidence"},
      Trouble{"disk full", "make room", Blame::harness, true},
  };
}

}  // namespace exo_harness::journal
