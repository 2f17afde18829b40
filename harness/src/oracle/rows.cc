#include "rows.h"

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::oracle {

namespace {

constexpr std::size_t kShown = 5;

std::string describe_row(const exo::TokenLogprob& row) {
  std::string text = format("'{}' {:.6f} of", printable(choice(row)), choice_logprob(row));
  for (std::size_t i = 0; i < row.top.size() && i < kShown; ++i) {
    text += format(" '{}' {:.6f}", printable(row.top[i].token), row.top[i].logprob);
  }
  return text;
}

}  // namespace

const std::string& choice(const exo::TokenLogprob& row) {
  if (row.top.empty()) return row.token;
  const exo::Candidate& first = row.top.front();
  for (const exo::Candidate& c : row.top) {
    if (c.logprob != first.logprob) break;
    if (trim(c.token) == trim(row.token)) return c.token;  // A candidate alone may be told without its blank.
  }
  return first.token;
}

double choice_logprob(const exo::TokenLogprob& row) {
  return row.top.empty() ? row.logprob : row.top.front().logprob;
}

std::optional<double> logprob_of(const exo::TokenLogprob& row, const std::string& token) {
  std::optional<double> found;
  for (const exo::Candidate& c : row.top) {
    if (c.token != token) continue;
    if (found) return std::nullopt;
    found = c.logprob;
  }
  return found;
}

std::string describe_rows(const exo::TokenLogprob& reference, const exo::TokenLogprob& tested) {
  return "reference " + describe_row(reference) + "\ntested    " + describe_row(tested);
}

}  // namespace exo_harness::oracle
