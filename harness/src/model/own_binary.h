#pragma once

#include <filesystem>

namespace exo_harness::model {

/// The file of the running program; empty when the system does not say.
std::filesystem::path own_binary();

}  // namespace exo_harness::model
