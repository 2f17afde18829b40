#pragma once

#include <cstddef>
#include <memory>

namespace exo_harness::http {

/// A body that is kept and longer than this is read while no other such body is.
inline constexpr std::size_t kLongBody = 1u << 20;

/// The right to keep a long body, of which this process has one: several of them side by side, with what is read out of
/// them, would be several times the memory of one. It is given back by the end of what is returned; null: another has
/// it. Threads: any.
std::shared_ptr<const void> take_long_body();

}  // namespace exo_harness::http
