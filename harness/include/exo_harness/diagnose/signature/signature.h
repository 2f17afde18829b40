#pragma once

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/phase.h"
#include "exo_harness/core/verdict.h"

namespace exo_harness::diagnose {

/// What a text says to a program that has to choose what to do next; `none` of most.
enum class Meaning {
  none,
  not_supported,  ///< The engine or Exo has no code for this model, or not for this placement of it.
  not_found,      ///< The model, or a file of it, is not there.
  offline,        ///< No way to the hub.
  no_access,      ///< The hub does not show the model to this user.
  no_revision,    ///< The model has no such revision.
  disk_full,
};
/// `none`, `not_supported` …
std::string_view to_string(Meaning meaning);
/// nullopt: no such meaning.
std::optional<Meaning> parse_meaning(std::string_view text);

/// The file of the project's fixtures that holds what the Hugging Face client prints; it explains no log of a node.
inline constexpr const char* kHuggingFaceSignatures = "signatures_hf.toml";

/// A known failure text with its cause and remedy: one entry of `fixtures/signatures.toml` (format:
/// fixtures/README.md).
struct Signature {
  std::string id;                   ///< `jaccl-rtr-errno-22`.
  Phase stage = Phase::start;       ///< The phase that it belongs to.
  std::string subsystem, versions;  ///< `versions`: for people; empty: all.
  std::vector<Phase> phases;  ///< Claims a line of a failure in these only; empty: in all, and where none is known.
  std::string pattern;        ///< The literal, or an ECMAScript expression.
  bool literal = true;
  std::vector<std::string> needles;  ///< Each line that matches holds one of these.
  std::string where;  ///< Best place to see it: `log`, `runner_error`, `standard_error`, `api`, `state`, `tool`.
  std::string example, cause, remedy, source;
  std::string confidence;  ///< `recorded`, `reported`, `source`, `predicted`.
  Blame blame = Blame::product;
  Meaning means = Meaning::none;
  std::vector<std::string> explains;  ///< Ids of signatures that are effects of it: where both are seen, it wins.
  bool echo = false;                  ///< Tells of an effect of another failure: the cause wins when it is seen.
  bool benign = false;                ///< Also in healthy runs: never the cause of anything.
  bool wraps = false;                 ///< Says that an exception was raised; which one stands beside it.
  int line = 0;                       ///< Where the entry begins in its file.
  std::size_t order = 0;              ///< Place in the file: the first one that matches claims a line.

  /// Whether the signature of that id is an effect of it.
  bool is_cause_of(std::string_view effect) const;
  /// Whether it speaks of failures in that phase; nullopt: nobody knows the phase.
  bool is_of(std::optional<Phase> phase) const;
};

void PrintTo(const Signature& signature, std::ostream* os);

/// Whether `a` says more than `b`: no benign text before a real one, no echo before a cause, then the order of the
/// file.
bool says_more(const Signature& a, const Signature& b);

/// All known signatures, compiled. Copies are cheap and share. Threads: any number may read one.
class SignatureBook {
 public:
  /// Longest line that is looked at; what is behind it is not.
  static constexpr std::size_t kLineLimit = 64 * 1024;

  /// Fails: HarnessError with file, line and what was expected.
  static SignatureBook load(const std::filesystem::path& file);
  static SignatureBook parse(std::string_view toml, const std::string& name);
  /// The book of the project's own fixtures, read once: what nodes print, `signatures.toml`, or another of its files.
  static const SignatureBook& standard(const std::filesystem::path& fixtures_folder,
                                       const std::string& file = "signatures.toml");

  const std::vector<Signature>& all() const;
  /// Nothing when there is no such id.
  const Signature* find(std::string_view id) const;
  /// The signature that claims this line of a failure in `phase`; nothing when none does. Hostile lines cost no more
  /// than a long one.
  const Signature* match_line(std::string_view line, std::optional<Phase> phase = std::nullopt) const;
  /// The one that says most of all lines of a text, and the line it stands in.
  struct Match {
    const Signature* signature = nullptr;
    std::string line;
  };
  std::optional<Match> match_text(std::string_view text, std::optional<Phase> phase = std::nullopt) const;
  /// Whether a signature of that meaning is in a line of the text, whichever claims the line. As cheap as `match_text`.
  bool says(Meaning meaning, std::string_view text) const;
  /// Whether this one signature is in the line, whatever others say. Tries the whole line, without needles.
  bool is_in(const Signature& signature, std::string_view line) const;

  struct Impl;  ///< For the scanner.
  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

/// What is unsound in a book, one line each with file line and id; empty when all is well. Checked: every example is
/// claimed by its own signature, every needle is in it, no expression can run away (nested quantifiers; time on hostile
/// lines), every remedy begins with a verb of action.
std::vector<std::string> check_signatures(const SignatureBook& book);

}  // namespace exo_harness::diagnose
