#include "known_secrets.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "exo_harness/core/redact.h"

#include "anchor_set.h"
#include "encoded_forms.h"

namespace exo_harness {
namespace {

// A run with thousands of secrets in its environment is none; the bound keeps a search small.
constexpr std::size_t kMostValues = 1000;
// No variable of an environment may be longer than 128 KiB.
constexpr std::size_t kMostHanded = 64u << 10;

struct Known {
  std::mutex mutex;
  std::set<std::string, std::less<>> values;
  std::shared_ptr<const AnchorSet> forms;  // Replaced as a whole: who searches keeps what it has.
};

Known& known() {
  static Known all;
  return all;
}

std::shared_ptr<const AnchorSet> anchors_of(const std::set<std::string, std::less<>>& values) {
  std::vector<std::string> forms;
  for (const std::string& value : values) {
    for (std::string& form : encoded_forms(value, kMinSecretBytes)) forms.push_back(std::move(form));
  }
  // Longest first, so that a secret that contains another leaves nothing of itself.
  std::stable_sort(forms.begin(), forms.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  auto anchors = std::make_shared<AnchorSet>();
  for (const std::string& form : forms) anchors->add(form, 0);
  return anchors;
}

}  // namespace

void know_secret(std::string_view value) {
  if (value.size() < kMinSecretBytes) return;
  Known& all = known();
  const std::lock_guard lock(all.mutex);
  if (all.values.size() >= kMostValues || !all.values.emplace(value).second) return;
  all.forms = nullptr;
}

std::string known_secrets() {
  Known& all = known();
  const std::lock_guard lock(all.mutex);
  std::string text;
  for (const std::string& value : all.values) {
    if (value.find('\n') == std::string::npos && text.size() + value.size() < kMostHanded) text += value + "\n";
  }
  return text;
}

void find_known_secrets(std::string_view text, Spans& found) {
  std::shared_ptr<const AnchorSet> forms;
  {
    Known& all = known();
    const std::lock_guard lock(all.mutex);
    if (all.values.empty()) return;
    if (!all.forms) all.forms = anchors_of(all.values);
    forms = all.forms;
  }
  forms->scan(text, [&](std::size_t at, std::size_t length, int) {
    found.push_back({at, at + length});
    return at + length;
  });
}

}  // namespace exo_harness
