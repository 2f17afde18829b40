#pragma once

#include <string>

#include <gmock/gmock.h>

#include "exo_reports/gate.h"

namespace exo_reports {

/// Matches a reason of the gate whose words hold `words`.
inline auto is_reason(GateVerdict verdict, const std::string& rule, const std::string& words = "") {
  return testing::AllOf(testing::Field(&GateReason::verdict, verdict), testing::Field(&GateReason::rule, rule),
                        testing::Field(&GateReason::what, testing::HasSubstr(words)));
}

}  // namespace exo_reports
