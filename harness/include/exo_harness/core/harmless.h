#pragma once

#include <string>
#include <string_view>

namespace exo_harness {

/// `text` for whoever opens it, in a terminal too: no ANSI sequences, what may not stand is shown (`printable`), and so
/// are the controls that turn the direction of text (`\u202E`). Long runs of NUL, holes of a log, become `[N NUL
/// bytes]`.
std::string harmless(std::string_view text);

}  // namespace exo_harness
