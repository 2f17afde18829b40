#include "exo_harness/oracle/right.h"

#include <algorithm>
#include <optional>
#include <set>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/oracle/marks.h"

namespace exo_harness::oracle {
namespace {

// Invisible characters that no answer needs: direction overrides and isolates, and the half of a character.
constexpr const char* kUnseen[] = {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e",
                                   "\u2066", "\u2067", "\u2068", "\u2069", "\ufffd"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (static_cast<unsigned char>(c) & 0x80) != 0 || is_digit(c) || (c >= 'a' && c <= 'z');
}

/// Runs of characters that `belongs` takes, in lower case.
template <class Belongs>
std::vector<std::string> runs(std::string_view text, Belongs belongs) {
  std::vector<std::string> out;
  bool inside = false;
  for (char c : to_lower(text)) {
    if (belongs(c) && !inside) out.emplace_back();
    inside = belongs(c);
    if (inside) out.back() += c;
  }
  return out;
}

const std::string* held(const std::vector<std::string>& words, const std::vector<std::string>& any) {
  for (const std::string& one : any) {
    const auto wanted = runs(one, is_letter);
    if (!wanted.empty() && std::search(words.begin(), words.end(), wanted.begin(), wanted.end()) != words.end()) {
      return &one;
    }
  }
  return nullptr;
}

std::optional<std::string> foreign_number(std::string_view answer, std::string_view question, std::string_view right) {
  std::set<std::string> known;
  for (std::string_view text : {question, right}) {
    for (const std::string& number : runs(text, is_digit)) known.insert(number);
  }
  for (const std::string& number : runs(answer, is_digit)) {
    if (!known.contains(number)) return number;
  }
  return std::nullopt;
}

std::string unseen_in(std::string_view text) {
  for (char c : text) {
    if (static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t' && c != '\r') return std::string(1, c);
  }
  for (const char* character : kUnseen) {
    if (contains(text, character)) return character;
  }
  return "";
}

// To whom one answers is `you`: who speaks of `the user` thinks aloud.
bool speaks_of_the_user(const std::vector<std::string>& words) {
  static const std::set<std::string> kVerbs = {"asks", "asked", "is",    "wants", "wanted",
                                               "said", "says",  "needs", "has"};
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    if (words[i] == "the" && words[i + 1] == "user" && kVerbs.contains(words[i + 2])) return true;
  }
  return false;
}

Failure wrong(const std::string& why, std::string_view answer) {
  return {FailureKind::mismatch, "answered: " + shorten(printable(answer), 300) + ": " + why, ""};
}

}  // namespace

Outcome<Done> is_right(std::string_view answer, const Expected& expected) {
  if (const std::string mark = mark_in(answer, expected.marks); !mark.empty()) {
    return wrong(format("a mark of the template, \"{}\", is in the answer", mark), answer);
  }
  if (const std::string unseen = unseen_in(answer); !unseen.empty()) {
    return wrong("an invisible character, or half of one, is in the answer", answer);
  }
  const auto words = runs(answer, is_letter);
  const std::string* right = held(words, expected.any);
  if (right == nullptr) return wrong(format("the answer is none of \"{}\"", join(expected.any, "\", \"")), answer);
  if (speaks_of_the_user(words)) return wrong("it speaks of the user: a thought is told as the answer", answer);
  if (const auto number = foreign_number(answer, expected.question, *right)) {
    return wrong(format("`{}` is there, and so is {}, which was not asked for", *right, *number), answer);
  }
  if (static_cast<int>(words.size()) > expected.at_most_words) {
    return wrong(
        format("`{}` is there, among {} words where {} are enough", *right, words.size(), expected.at_most_words),
        answer);
  }
  return Done{};
}

}  // namespace exo_harness::oracle
