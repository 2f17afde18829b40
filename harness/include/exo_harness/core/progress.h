#pragma once

#include <string>
#include <string_view>

namespace exo_harness {

/// Where a long operation tells what it is doing. Implementations print to a terminal, a file or nothing.
/// Threads: `note` may come from any thread.
class Progress {
 public:
  virtual ~Progress() = default;
  /// Something that stays to be read: a phase ended, a test ended, a warning. One line, no newline.
  virtual void note(std::string_view line) = 0;
  /// What is going on now; overprinted by the next one on a terminal, dropped elsewhere.
  virtual void now(std::string_view line) = 0;
};

/// A Progress that says nothing.
Progress& silent_progress();

}  // namespace exo_harness
