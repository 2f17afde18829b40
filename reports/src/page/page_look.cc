#include "page_data.h"

namespace exo_reports {

Look look_of(Verdict verdict) {
  const std::string word(humanize(verdict));
  switch (verdict) {
    case Verdict::passed:
      return {"✓", word, "good"};
    case Verdict::expected_failure:
      return {"◇", word, "good"};
    case Verdict::skipped:
      return {"–", word, "none"};
    case Verdict::inconclusive:
      return {"?", word, "warn"};
    case Verdict::environment:
      return {"▲", word, "warn"};
    case Verdict::harness:
      return {"■", word, "warn"};
    case Verdict::unexpected_pass:
      return {"!", word, "bad"};
    case Verdict::failed:
      return {"✕", word, "bad"};
    case Verdict::lost:
      return {"○", word, "bad"};
    case Verdict::hang:
      return {"∞", word, "bad"};
    case Verdict::crash:
      return {"◆", word, "bad"};
  }
  return {"?", word, "warn"};
}

void set_look(mustache::data& data, const Look& look) {
  data["symbol"] = look.symbol;
  data["word"] = look.word;
  data["tone"] = look.tone;
}

void set_look(mustache::data& data, Verdict verdict) {
  set_look(data, look_of(verdict));
  data["status"] = std::string(to_string(verdict));
}

}  // namespace exo_reports
