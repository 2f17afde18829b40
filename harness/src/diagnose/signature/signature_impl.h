#pragma once

#include <regex>
#include <string>
#include <vector>

#include "exo_harness/diagnose/signature/signature.h"

#include "aho_corasick.h"

namespace exo_harness::diagnose {

struct SignatureBook::Impl {
  static constexpr std::uint32_t kNobody = 0xffffffffu;  // Owner of words that say how far a runner has come.
  std::string name;
  std::vector<Signature> signatures;
  std::vector<std::regex> expressions;  // by signature; empty for literals
  std::vector<std::string> words;       // all needles, then those of kRunnerSteps
  std::vector<std::uint32_t> owners;    // by word: its signature
  AhoCorasick automaton{{}};

  template <class Counts>
  const Signature* first_in(std::string_view line, Counts counts) const;
};

/// Reads the entries. Fails: HarnessError with file, line and what was expected.
std::vector<Signature> read_signatures(std::string_view toml, const std::string& name);

/// What a signature says of a stretch of a line; `begins` and `ends`: the stretch is at the line's own ends.
bool stretch_matches(const Signature& signature, const std::regex& expression, std::string_view stretch, bool begins,
                     bool ends);

}  // namespace exo_harness::diagnose
