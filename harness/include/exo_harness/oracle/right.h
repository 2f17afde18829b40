#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/outcome.h"

namespace exo_harness::oracle {

/// What a right answer is, as a whole.
struct Expected {
  std::vector<std::string> any;    ///< Words in a row; one of these is the answer.
  std::string question;            ///< Its numbers may be said again.
  int at_most_words = 20;          ///< Of the whole answer.
  std::vector<std::string> marks;  ///< Of templates: no answer holds one.
};

/// Whether `answer` (UTF-8) is right as a whole: it holds one of the expected answers in whole words (case and
/// punctuation do not matter: `2+2 equals 4.` holds `4`, `42` does not), no number but those of it and of the question,
/// no mark of a template, no control or direction character, no half of a character, and not more words than allowed.
/// Fails: `mismatch` with what is wrong, and the answer.
Outcome<Done> is_right(std::string_view answer, const Expected& expected);

}  // namespace exo_harness::oracle
