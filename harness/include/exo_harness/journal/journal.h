#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/file.h"
#include "exo_harness/journal/records.h"

namespace exo_harness::journal {

/// Appends records to `journal.jsonl`: one `write` a record, secrets redacted here, text made printable.
///
/// Several processes append to one file at once, each as a writer of its own. Fails: a full disk does not stop a run;
/// it sets `lossy`, and the run can then not pass. Threads: any.
class Journal {
 public:
  /// Opens or creates the file. Fails: HarnessError.
  Journal(const std::filesystem::path& file, std::string writer);
  /// A journal that keeps nothing.
  static Journal& none();

  void append(const Body& body);
  /// Shows each record to `see` as it is appended, before redaction, one at a time and in order, on the thread that
  /// appends; `see` must not append. An empty function ends it.
  void listen(std::function<void(const Record&)> see);
  /// Makes what was appended survive a power loss. At the ends of tests and runs, never per sample.
  void sync();
  bool lossy() const;

 private:
  Journal() = default;
  UniqueFd fd_;
  std::string writer_;
  std::int64_t sequence_ = 0;
  std::function<void(const Record&)> listener_;
  bool lossy_ = false;
  bool torn_ = false;  // The last write left half a line.
  mutable std::mutex mutex_;
};

/// A record as its line in the file, with the newline. Secrets redacted, text printable.
std::string to_line(const Record& record);

/// A journal read back.
struct Transcript {
  std::vector<Record> records;       ///< In the order of the file.
  int version = 0;                   ///< The newest version of the schema among the records; 0: no record says one.
  bool torn_tail = false;            ///< The last line had no newline: dropped.
  std::vector<std::string> trouble;  ///< Bad lines elsewhere, gaps in sequences: each says the line number.
};

/// Reads a journal, whole or any prefix of one. Fails: HarnessError when the file cannot be read.
Transcript read_journal(const std::filesystem::path& file);
/// The same of text.
Transcript parse_journal(std::string_view text);

}  // namespace exo_harness::journal
