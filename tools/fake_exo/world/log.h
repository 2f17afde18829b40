#pragma once

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

namespace exo_harness::fake {

/// Writes a node's log in Exo's two forms: long into exo.log, short and coloured on stdout (contract 14). One thread.
class Log {
 public:
  /// Fails: HarnessError when the file cannot be written. An existing exo.log is renamed to `exo.<its time>.log` first.
  explicit Log(const std::filesystem::path& file);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// `where` is `module:function:line` as in Exo; `text` may have more lines.
  void info(std::string_view where, std::string_view text) { write("INFO", where, text); }
  void warning(std::string_view where, std::string_view text) { write("WARNING", where, text); }
  void error(std::string_view where, std::string_view text) { write("ERROR", where, text); }
  /// Text as it is, on both, as MLX's own output.
  void raw(std::string_view text);

 private:
  void write(std::string_view level, std::string_view where, std::string_view text);

  std::FILE* file_ = nullptr;
};

}  // namespace exo_harness::fake
