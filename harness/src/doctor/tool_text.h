#pragma once

#include <string_view>
#include <vector>

#include "exo_harness/core/text.h"

namespace exo_harness::doctor {

/// The words of a line that a tool or a kernel file says, as views into it; blanks and tabs part them.
inline std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!(line = trim(line)).empty()) {
    words.push_back(line.substr(0, line.find_first_of(" \t")));
    line.remove_prefix(words.back().size());
  }
  return words;
}

}  // namespace exo_harness::doctor
