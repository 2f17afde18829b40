#pragma once

#include <string>
#include <string_view>

namespace exo_harness::diagnose {

/// The exception that a failure of a runner tells of, as one printable line: `TypeError: no such thing`. Exo writes it
/// after `Runner error: ` or `critical exception `; a traceback ends with it. Empty: there is none.
std::string exception_in(std::string_view text);

}  // namespace exo_harness::diagnose
