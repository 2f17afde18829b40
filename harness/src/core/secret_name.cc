#include "secret_name.h"

#include <algorithm>
#include <array>

#include "span.h"

namespace exo_harness {
namespace {

constexpr std::size_t kMostName = 128, kMostWords = 8;

// The last words of a name, in lower case.
struct Words {
  std::array<char, kMostName> lower{};
  std::size_t size = 0;
  std::array<std::string_view, kMostWords> words{};  // The last one first.
  std::size_t count = 0;

  explicit Words(std::string_view name) {
    size = std::min(name.size(), kMostName);
    name = name.substr(name.size() - size);
    std::transform(name.begin(), name.end(), lower.begin(),
                   [](char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; });
    for (std::size_t end = size; end > 0 && count < kMostWords;) {
      std::size_t begin = end;
      while (begin > 0 && !is_border(name, begin, end)) --begin;
      if (begin < end) words[count++] = all().substr(begin, end - begin);
      end = begin > 0 && !is_alnum(name[begin - 1]) ? begin - 1 : begin;
    }
  }
  static bool is_border(std::string_view name, std::size_t at, std::size_t end) {
    if (!is_alnum(name[at - 1])) return true;
    if (at == name.size() || at == end || !is_upper(name[at])) return false;
    // `accessToken`, `APIKey`.
    return is_lower(name[at - 1]) || is_digit(name[at - 1]) || (at + 1 < end && is_lower(name[at + 1]));
  }
  std::string_view all() const { return {lower.data(), size}; }
  std::string_view word(std::size_t i) const { return i < count ? words[i] : std::string_view(); }
};

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& all) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

// A token of a model, or a number of them, and no secret.
constexpr auto kTokensOfModels = std::to_array<std::string_view>(
    {"eos",     "bos",       "pad",        "unk",    "sep",   "cls",   "mask",  "stop",    "next", "first",
     "last",    "prev",      "previous",   "prompt", "image", "audio", "video", "per",     "max",  "min",
     "special", "added",     "think",      "output", "input", "new",   "draft", "sampled", "end",  "begin",
     "start",   "generated", "completion", "final",  "chunk", "each",  "every", "one",     "bad"});

constexpr auto kSecretKeys = std::to_array<std::string_view>(
    {"api", "access", "private", "secret",  "signing", "encryption", "account", "shared",       "auth",       "session",
     "ssh", "client", "master",  "license", "licence", "service",    "storage", "subscription", "webhook",    "deploy",
     "jwt", "hmac",   "aes",     "app",     "admin",   "bearer",     "token",   "credential",   "credentials"});

constexpr auto kAnywhere = std::to_array<std::string_view>({"secret", "password", "passwd", "passphrase", "cookie"});

}  // namespace

NameKind kind_of_name(std::string_view name) {
  const Words words(name);
  const std::string_view last = words.word(0), before = words.word(1);
  if (last == "authorization" || (last == "cookie" && words.count <= 2)) return NameKind::header;
  if (last == "token") return is_one_of(before, kTokensOfModels) ? NameKind::innocent : NameKind::token;
  for (std::size_t i = 0; i < words.count; ++i) {
    for (const std::string_view part : kAnywhere) {
      if (words.words[i].find(part) != std::string_view::npos && words.words[i] != "secretary")
        return NameKind::password;
    }
    if (words.words[i] == "apikey" || words.words[i] == "authorization") return NameKind::password;
    if (words.words[i] == "key" && words.word(i + 1) == "api") return NameKind::password;
  }
  if (last == "key") return is_one_of(before, kSecretKeys) ? NameKind::password : NameKind::key;
  if ((last == "id" && before == "session") || last == "sessionid") return NameKind::key;
  if (last == "auth" || (last == "pass" && words.count == 1)) return NameKind::auth;
  if (last == "pwd") return NameKind::folder;
  return NameKind::innocent;
}

}  // namespace exo_harness
