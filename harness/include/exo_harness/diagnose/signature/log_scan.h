#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/diagnose/signature/signature.h"

namespace exo_harness::diagnose {

/// A signature found in a log.
struct Hit {
  const Signature* signature = nullptr;    ///< Of the book that the scanner was made with.
  std::string node, source;                ///< Whose log, which file.
  std::uint64_t line = 0;                  ///< Counted from 1.
  std::string time, level;                 ///< Of the record it stands in; empty when that has no header.
  std::string text;                        ///< The line, printable, at most 2 KiB.
  std::vector<std::string> before, after;  ///< The lines around it.
};

/// Finds signatures in a node's log, as it grows.
///
/// Feed it bytes in any portions; colours are removed, lines are cut at SignatureBook::kLineLimit, broken UTF-8 and
/// binary are harmless. A record with its traceback is one event, and gives one hit. Texts that users wrote (rendered
/// prompts and requests, which Exo logs) are passed over. Memory is bounded: `hits_per_signature` hits are kept, the
/// rest counted. Threads: one at a time.
class LogScanner {
 public:
  struct Options {
    std::string node, source;
    std::size_t context_lines = 2;
    std::size_t hits_per_signature = 16;
    std::size_t tail_lines = 12;  ///< How many last lines `tail` keeps.
  };
  LogScanner(SignatureBook book, Options options);
  LogScanner(LogScanner&&) noexcept;
  ~LogScanner();

  void feed(std::string_view bytes);
  /// The end of the log: a last line without newline counts, too.
  void finish();

  const std::vector<Hit>& hits() const;                 ///< In the order of the log.
  std::map<std::string, std::uint64_t> counts() const;  ///< How often each id was found, kept or not.
  std::uint64_t lines() const;
  std::vector<std::string> tail() const;  ///< The last lines, printable.

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What a scan of a whole log came to.
struct NodeLog {
  std::string node, source;
  int rank = -1;  ///< Of the instance in question; -1: not known.
  std::vector<Hit> hits;
  std::vector<std::string> tail;
  std::uint64_t lines = 0;
  bool is_last_words = false;  ///< Only what the node said as it ended.
};

/// Scans a file from `offset` bytes on. Fails: HarnessError when it cannot be read.
NodeLog scan_file(const SignatureBook& book, const std::filesystem::path& file, LogScanner::Options options,
                  std::uint64_t offset = 0);
NodeLog scan_text(const SignatureBook& book, std::string_view text, LogScanner::Options options);

}  // namespace exo_harness::diagnose
