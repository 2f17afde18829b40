#pragma once

#include <optional>

#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/chat.h"

namespace exo_harness::gtest {

/// The law that an answer breaks (`oracle::is_lawful`, by the clock of this machine), or the mark of its model's
/// template that it shows (`oracle::has_no_mark`); nothing when it can be true.
/// What is no answer breaks none. IsOk asks this, so that no test takes an answer that cannot be.
std::optional<Failure> broken_law(const exo::ChatAnswer& answer);
std::optional<Failure> broken_law(const exo::ChatStream& stream);
template <class T>
std::optional<Failure> broken_law(const T&) {
  return std::nullopt;
}

}  // namespace exo_harness::gtest
