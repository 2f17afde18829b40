#pragma once

#include <string>

/// Start scripts of increasing nastiness. Each starts three workers or so that live until they are killed.
/// `style`: foreground, background, setsid, daemon, respawn, scrubbed, scrubbed_keeps_files.
/// Result: exit code, for a style that ends by itself; -1 for a style that does not exist.
int run_start_style(const std::string& style);

/// Waits forever; `stubborn`: SIGTERM, SIGINT and SIGHUP are ignored.
[[noreturn]] void work_for_ever(bool stubborn);
