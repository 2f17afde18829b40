#include "foreign_watch.h"

#include "exo_harness/cluster/foreign_instance.h"
#include "exo_harness/core/format.h"
#include "exo_harness/gtest/result.h"

#include "session.h"

namespace exo_harness::gtest {

void ForeignWatch::OnTestEnd(const testing::TestInfo& test) {
  Session& s = session();
  const bool last = ++ended_ % testing::UnitTest::GetInstance()->test_to_run_count() == 0;
  if (!s.cluster || (test.result()->Skipped() && !last)) return;
  auto foreign = s.cluster->foreign_since(s.test.begun);
  const char* when = "while this test ran";
  if (foreign.empty() && (last || test.result()->Failed())) {
    foreign = s.cluster->foreign_in_events();
    std::erase_if(foreign, [&](const exo::Instance& instance) { return reported_.count(instance.id) != 0; });
    when = "for a moment since the first placement of this suite";
  }
  if (foreign.empty()) return;
  for (const exo::Instance& instance : foreign) reported_.insert(instance.id);
  const std::string seen = format("another {} {} there {}, placed by somebody else: an answer may have come from there",
                                  cluster::describe(foreign), foreign.size() == 1 ? "was" : "were", when);
  s.test.reported = Verdict::environment;
  s.test.expectation = seen;
  ADD_FAILURE() << seen << "; " << cluster::what_to_do_about(foreign);
}

}  // namespace exo_harness::gtest
