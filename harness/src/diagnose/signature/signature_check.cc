#include <ctime>
#include <set>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "signature_impl.h"

namespace exo_harness::diagnose {
namespace {

// A remedy says what to do, so it begins with one of these.
const std::set<std::string, std::less<>> kVerbs = {
    "Accept",  "Add",    "Align", "Ask",    "Boot",   "Bring",   "Cable",   "Cancel",   "Check",    "Close",
    "Compare", "Copy",   "Count", "Create", "Delete", "Enable",  "End",     "Exclude",  "Expect",   "Find",
    "Fix",     "Free",   "Give",  "Grant",  "Ignore", "Install", "Kill",    "Leave",    "Look",     "Lower",
    "Make",    "Place",  "Raise", "Read",   "Reboot", "Rebuild", "Remove",  "Repeat",   "Report",   "Restart",
    "Restore", "Retry",  "Run",   "Search", "Set",    "Shorten", "Start",   "Stop",     "Switch",   "Treat",
    "Unset",   "Update", "Use",   "Verify", "Wait",   "Write",   "Collect", "Classify", "Continue", "Continue"};

// A quantifier without bound on a group that has one inside: `(a+)+`, `(?:\S*x)*`. Such an expression can run away.
bool has_nested_quantifiers(std::string_view pattern) {
  std::vector<bool> unbounded_inside{false};
  bool group_closed_unbounded = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const bool was_closed_unbounded = group_closed_unbounded;
    group_closed_unbounded = false;
    if (c == '\\') {
      ++i;
    } else if (c == '[') {
      while (++i < pattern.size() && pattern[i] != ']') i += pattern[i] == '\\' ? 1 : 0;
    } else if (c == '(') {
      unbounded_inside.push_back(false);
    } else if (c == ')' && unbounded_inside.size() > 1) {
      group_closed_unbounded = unbounded_inside.back();
      unbounded_inside.pop_back();
      if (group_closed_unbounded) unbounded_inside.back() = true;
    } else if (c == '*' || c == '+') {
      if (was_closed_unbounded) return true;
      unbounded_inside.back() = true;
    } else if (c == '{' && was_closed_unbounded && contains(pattern.substr(i, pattern.find('}', i) - i), ",")) {
      return true;
    }
  }
  return false;
}

// Lines that are long and almost match: the needle, or the beginning of the example, over and over.
std::vector<std::string> hostile_lines(const Signature& signature) {
  std::vector<std::string> seeds = signature.needles;
  seeds.push_back(signature.example.substr(0, signature.example.size() * 2 / 3));
  seeds.push_back(signature.needles.front() + "aaaaaaaa ");
  std::vector<std::string> all;
  for (const std::string& seed : seeds) {
    std::string line;
    while (line.size() < SignatureBook::kLineLimit) line += seed;
    all.push_back(line.substr(0, SignatureBook::kLineLimit - 1) + "\x01");
  }
  return all;
}

class Check {
 public:
  explicit Check(const SignatureBook& book) : book_(book) {}

  std::vector<std::string> run() {
    for (const Signature& signature : book_.all()) {
      example(signature);
      expression(signature);
      remedy(signature);
      effects(signature);
    }
    return std::move(trouble_);
  }

 private:
  void say(const Signature& signature, const std::string& what) {
    trouble_.push_back(format("{}:{}: {}: {}", book_.impl().name, signature.line, signature.id, what));
  }

  void effects(const Signature& signature) {
    for (const std::string& id : signature.explains) {
      const Signature* effect = book_.find(id);
      if (effect == nullptr) {
        say(signature, format("it explains {}, which no signature is called", id));
      } else if (effect == &signature || effect->is_cause_of(signature.id)) {
        say(signature, format("it and {} explain each other", id));
      } else if (effect->benign || signature.benign || signature.echo) {
        say(signature,
            format("it explains {}: what is benign has no cause, and what is benign or an echo is none", id));
      }
    }
  }

  void example(const Signature& signature) {
    const auto phase = signature.phases.empty() ? std::nullopt : std::optional(signature.phases.front());
    const auto match = book_.match_text(signature.example, phase);
    if (match && match->signature->id == signature.id) return;
    say(signature, match ? format("its example is claimed by {}", match->signature->id)
                         : "its example is not matched (expression, or a needle that is not in it)");
  }

  void expression(const Signature& signature) {
    if (signature.literal) return;
    if (has_nested_quantifiers(signature.pattern)) say(signature, "its expression has nested quantifiers");
    for (const std::string& line : hostile_lines(signature)) {
      const std::clock_t begin = std::clock();
      (void)book_.match_line(line);
      const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
      if (seconds > 2) say(signature, format("a hostile line of 64 KiB takes {:.1f} s of CPU time", seconds));
    }
  }

  void remedy(const Signature& signature) {
    const std::string_view text = signature.remedy;
    if (kVerbs.contains(text.substr(0, text.find_first_of(" ,:;.")))) return;
    say(signature, format("its remedy begins with `{}`, not with what to do", text.substr(0, text.find(' '))));
  }

  const SignatureBook& book_;
  std::vector<std::string> trouble_;
};

}  // namespace

std::vector<std::string> check_signatures(const SignatureBook& book) {
  return Check(book).run();
}

}  // namespace exo_harness::diagnose
