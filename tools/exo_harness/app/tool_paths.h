#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace exo_harness::tools {

/// The folder of the running binary, symbolic links resolved. Of its first call: a build may replace the binary later.
std::filesystem::path binary_folder();

/// One of our programs: beside the running binary (build tree), else in `../libexec/exo_harness` (installed).
/// Fails: HarnessError that says where it was looked for.
std::filesystem::path find_program(std::string_view name);

/// Whether there is such a program.
bool has_program(std::string_view name);

}  // namespace exo_harness::tools
