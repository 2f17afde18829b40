#include "secret_shapes.h"

#include <algorithm>
#include <array>

#include "span.h"

namespace exo_harness {
namespace {

using enum Alphabet;

constexpr std::string_view kGitHub = "docs.github.com: About authentication to GitHub, token formats";
constexpr std::string_view kGitLab = "docs.gitlab.com: Token overview, token prefixes";
constexpr std::string_view kSlack = "docs.slack.dev: Tokens";
constexpr std::string_view kAws = "docs.aws.amazon.com: IAM identifiers, unique ID prefixes";
constexpr std::string_view kLeaks = "github.com/gitleaks/gitleaks: config/gitleaks.toml";
constexpr std::string_view kStripe = "docs.stripe.com: API keys";

// Examples are two literals each: a scanner for secrets that reads this source takes none for a real one.
constexpr std::array kShapes = std::to_array<SecretShape>({
    {"Hugging Face, user", "hf_", alnum, 16, 0, false,
     "hf"
     "_abcdefghijKLMNOPqrstuv0123456789",
     "huggingface.co/docs/hub/security-tokens"},
    {"Hugging Face, organisation", "api_org_", alnum, 16, 0, false,
     "api"
     "_org_abcdefghijKLMNOPqrstuv",
     kLeaks},
    {"GitHub, fine-grained", "github_pat_", word, 20, 0, false,
     "github"
     "_pat_11ABCDEFG0abcdefghij_KLMNOPqrstuv",
     kGitHub},
    {"GitHub, personal", "ghp_", alnum, 20, 0, false,
     "ghp"
     "_abcdefghijKLMNOPqrstuv0123456789abcd",
     kGitHub},
    {"GitHub, OAuth", "gho_", alnum, 20, 0, false,
     "gho"
     "_abcdefghijKLMNOPqrstuv0123456789abcd",
     kGitHub},
    {"GitHub, user to server", "ghu_", alnum, 20, 0, false,
     "ghu"
     "_abcdefghijKLMNOPqrstuv0123456789abcd",
     kGitHub},
    {"GitHub, server to server", "ghs_", word, 20, 0, false,
     "ghs"
     "_abcdefghijKLMNOPqrstuv0123456789abcd",
     kGitHub},
    {"GitHub, refresh", "ghr_", alnum, 20, 0, false,
     "ghr"
     "_abcdefghijKLMNOPqrstuv0123456789abcd",
     kGitHub},
    {"GitLab, personal", "glpat-", url_token, 16, 0, false,
     "glpat"
     "-abcdefghijKLMNOPqr01",
     kGitLab},
    {"GitLab, runner", "glrt-", url_token, 16, 0, false,
     "glrt"
     "-abcdefghijKLMNOPqr01",
     kGitLab},
    {"GitLab, deploy", "gldt-", url_token, 16, 0, false,
     "gldt"
     "-abcdefghijKLMNOPqr01",
     kGitLab},
    {"Slack, bot", "xoxb-", url_token, 10, 0, false,
     "xoxb"
     "-123456789012-abcdefghijKL",
     kSlack},
    {"Slack, user", "xoxp-", url_token, 10, 0, false,
     "xoxp"
     "-123456789012-abcdefghijKL",
     kSlack},
    {"Slack, workspace", "xoxa-", url_token, 10, 0, false,
     "xoxa"
     "-123456789012-abcdefghijKL",
     kSlack},
    {"Slack, refresh", "xoxr-", url_token, 10, 0, false,
     "xoxr"
     "-123456789012-abcdefghijKL",
     kSlack},
    {"Slack, app", "xapp-", url_token, 10, 0, false,
     "xapp"
     "-1-A0123456789-abcdefghijKL",
     kSlack},
    {"Slack, webhook", "hooks.slack.com/services/", path, 16, 0, true,
     "hooks.slack.com"
     "/services/T01234567/B01234567/abcdefghijKLMNOPqrstuv01",
     kSlack},
    {"Discord, webhook", "discord.com/api/webhooks/", path, 16, 0, true,
     "discord.com"
     "/api/webhooks/123456789012345678/abcdefghijKLMNOP-qrstuv01",
     kLeaks},
    {"Google, API key", "AIza", url_token, 30, 0, false,
     "AI"
     "zaSyabcdefghijKLMNOPqrstuv0123456789-",
     "cloud.google.com: API keys"},
    {"Google, OAuth", "ya29.", url_token, 20, 0, false,
     "ya"
     "29.abcdefghijKLMNOPqrstuv0123",
     kLeaks},
    {"Google, client secret", "GOCSPX-", url_token, 20, 0, false,
     "GOCSPX"
     "-abcdefghijKLMNOPqrstuv012345",
     kLeaks},
    {"NVIDIA, NGC and NIM", "nvapi-", url_token, 20, 0, false,
     "nvapi"
     "-abcdefghijKLMNOPqrstuv0123456789",
     "docs.nvidia.com: NGC API keys"},
    {"AWS, access key", "AKIA", upper_digit, 16, 16, false,
     "AK"
     "IAABCDEFGHIJKLMNOP",
     kAws},
    {"AWS, temporary access key", "ASIA", upper_digit, 16, 16, false,
     "AS"
     "IAABCDEFGHIJKLMNOP",
     kAws},
    {"npm", "npm_", alnum, 30, 0, false,
     "npm"
     "_abcdefghijKLMNOPqrstuv0123456789abcd",
     "docs.npmjs.com: About access tokens"},
    {"PyPI", "pypi-", url_token, 16, 0, false,
     "pypi"
     "-AgEIcHlwaS5vcmcCJabcdefghijKLMNOP",
     "pypi.org/help: API tokens"},
    {"OpenAI, Anthropic and their like", "sk-", url_token, 16, 0, false,
     "sk"
     "-proj-abcdefghijKLMNOPqrstuv0123",
     "platform.openai.com, docs.anthropic.com, openrouter.ai"},
    {"Groq", "gsk_", alnum, 20, 0, false,
     "gsk"
     "_abcdefghijKLMNOPqrstuv0123456789",
     kLeaks},
    {"xAI", "xai-", alnum, 20, 0, false,
     "xai"
     "-abcdefghijKLMNOPqrstuv0123456789",
     kLeaks},
    {"Perplexity", "pplx-", alnum, 20, 0, false,
     "pplx"
     "-abcdefghijKLMNOPqrstuv0123456789",
     kLeaks},
    {"Tailscale", "tskey-", url_token, 12, 0, false,
     "tskey"
     "-auth-kabcdefCNTRL-KLMNOPqrstuv",
     "tailscale.com/kb/1085/auth-keys"},
    {"Docker Hub", "dckr_pat_", url_token, 16, 0, false,
     "dckr"
     "_pat_abcdefghijKLMNOPqrstuv01",
     kLeaks},
    {"HashiCorp Vault", "hvs.", url_token, 20, 0, false,
     "hvs"
     ".abcdefghijKLMNOPqrstuv0123456789",
     kLeaks},
    {"Stripe, secret", "sk_live_", alnum, 16, 0, false,
     "sk"
     "_live_abcdefghijKLMNOPqrstuv01",
     kStripe},
    {"Stripe, restricted", "rk_live_", alnum, 16, 0, false,
     "rk"
     "_live_abcdefghijKLMNOPqrstuv01",
     kStripe},
    {"SendGrid", "SG.", dotted, 60, 0, false,
     "SG"
     ".abcdefghijKLMNOPqrstuv.abcdefghijKLMNOPqrstuv0123456789abcdefghijK",
     kLeaks},
    {"Replicate", "r8_", alnum, 30, 0, false,
     "r8"
     "_abcdefghijKLMNOPqrstuv0123456789abcde",
     "replicate.com/docs: API tokens"},
    {"age", "AGE-SECRET-KEY-1", upper_digit, 20, 0, false,
     "AGE-SECRET"
     "-KEY-1ABCDEFGHIJKLMNOPQRSTUV012345",
     "age-encryption.org"},
});

}  // namespace

std::span<const SecretShape> secret_shapes() {
  return kShapes;
}

bool is_of(Alphabet alphabet, char c) {
  switch (alphabet) {
    case alnum:
      return is_alnum(c);
    case word:
      return is_alnum(c) || c == '_';
    case upper_digit:
      return is_upper(c) || is_digit(c);
    case base64:
      return is_base64(c);
    case url_token:
      return is_alnum(c) || c == '_' || c == '-';
    case dotted:
      return is_alnum(c) || c == '_' || c == '-' || c == '.';
    case path:
      return is_alnum(c) || c == '_' || c == '-' || c == '/';
  }
  return false;
}

bool starts_word(std::string_view text, std::size_t at) {
  if (at == 0 || !(is_alnum(text[at - 1]) || text[at - 1] == '_')) return true;
  const auto before = [&](std::size_t n) { return at >= n ? text[at - n] : '\0'; };
  if (before(2) == '\\' && std::string_view("nrtbfav0").find(before(1)) != std::string_view::npos) return true;
  if (!is_hex(before(1)) || !is_hex(before(2))) return false;
  return before(3) == '%' || (before(3) == 'x' && before(4) == '\\') ||
         (before(6) == '\\' && before(5) == 'u' && is_hex(before(4)) && is_hex(before(3)));
}

}  // namespace exo_harness
