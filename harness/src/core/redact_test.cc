#include "exo_harness/core/redact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/text.h"

#include "secret_shapes.h"

namespace exo_harness {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Case {
  const char* text;
  const char* redacted;
};

TEST(Redact, HidesTokensWhereverTheyStand) {
  EXPECT_EQ(redact("HF_TOKEN=abcdef123 next"), "HF_TOKEN=[redacted] next");
  EXPECT_EQ(redact(R"({"api_key": "abcdef123", "n": 1})"), R"({"api_key": "[redacted]", "n": 1})");
  EXPECT_EQ(redact("Authorization: Bearer abcdefgh.ijk"), "Authorization: Bearer [redacted]");
  EXPECT_EQ(redact("curl -H 'x: Bearer abcdefgh.ijk'"), "curl -H 'x: Bearer [redacted]'");
  EXPECT_EQ(redact("found hf_abcdefghijklmnopqrstuv here"), "found [redacted] here");
  EXPECT_EQ(redact("start.sh --api-key abcdef123 --nodes 2"), "start.sh --api-key [redacted] --nodes 2");
  EXPECT_EQ(redact("https://h/x?token=abcdef123&n=1"), "https://h/x?token=[redacted]&n=1");
  EXPECT_EQ(redact("https://me:pass@example.org/x"), "https://[redacted]@example.org/x");
}

TEST(Redact, LeavesInnocentTextAlone) {
  for (const char* text : {R"({"max_tokens": 24, "completion_tokens": 8})",
                           "http://127.0.0.11:52415/state",
                           "http://host:80/path@x",
                           "docker run --name mysql -p3306:3306 mysql:8 -p3306:3306",
                           "mysql -u root -p db",
                           "sig=SIGTERM",
                           "session_id=SessionId(master_node_id='12D3KooWAbC', election_clock=0)",
                           "session_id: aB3dE5gH7jK9mN1pQ3",
                           "password:\nuser=bob1",
                           "HF_TOKEN=\nPATH=/usr/bin1",
                           "token:\n  id: 5",
                           "password:\n  please give it 2",
                           "the password:\nhello\n",
                           "first token:\n/usr/lib/python3",
                           "http://host:80?q=me@x",
                           "http://host/path:a@x",
                           "http://[::1]:80/path@x",
                           "token 103 differs",
                           "tokenizer.json",
                           "expected to fail in first token: no attention layer",
                           "run --token --nodes 2",
                           "the secretary said: hello",
                           "KeyError: 'lm_head'",
                           R"({"key": "model.layers.0.mlp", "keys": ["a"]})",
                           "key=mlx-community/Llama-3.2-1B-Instruct-4bit",
                           "cache key=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                           "key=5c0b9f0e-7a53-4d0e-9a3f-0123456789ab",
                           "PWD=/home/me/exo",
                           "pwd: /Users/me",
                           "auth=none, auth: required",
                           "pass=12 fail=0",
                           "pass: the model answers",
                           R"({"eos_token": "<|im_end|>", "bos_token_id": 1})",
                           R"({"token": " Hello", "logprob": -0.1, "bytes": [32]})",
                           R"({"logprob": -0.1, "token": " Hello"})",
                           "token: 103",
                           "token: unexpected end of input",
                           "if token == expected:",
                           "exo.auth:login:12",
                           "basic authentication, a bearer token",
                           "npm_config_registry=https://registry.npmjs.org",
                           "hf_hub_download_of_a_file",
                           "12D3KooWGQpvT2fYkmw3nA8bqZ5yB6x1RrJ7cN4uPtVdSeLhMoXa",
                           "ssh://git@github.com/exo",
                           "its logs may hold secrets: sweep them",
                           "docker run -u 1000:1000 x",
                           "python -u main.py:12",
                           R"({"password": null, "token": false})",
                           "sig=abc",
                           "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
                           "exo::token::Stream",
                           "secret: [redacted]"}) {
    EXPECT_EQ(redact(text), text);
  }
}

TEST(Redact, HidesTheValuesOfNames) {
  const Case cases[] = {
      {"accessToken=abcdef123", "accessToken=[redacted]"},
      {R"("refreshToken":"abc,def}")", R"("refreshToken":"[redacted]")"},
      {R"({\"clientSecret\":\"a\\\"b\",\"n\":1})", R"({\"clientSecret\":\"[redacted]\",\"n\":1})"},
      {R"("password": "a\"b", "n": 1)", R"("password": "[redacted]", "n": 1)"},
      {R"({"password": 12345678, "n": 1})", R"({"password": "[redacted]", "n": 1})"},
      {"passphrase: correct horse battery", "passphrase: [redacted]"},
      {"pwd=hunter2", "pwd=[redacted]"},
      {"auth=abc:def9", "auth=[redacted]"},
      {"pass=hunter22", "pass=[redacted]"},
      {"key=aB3dE5gH7jK9mN1pQ3", "key=[redacted]"},
      {"GET /v1?key=abcdefghijklmnop0&n=1", "GET /v1?key=[redacted]&n=1"},
      {"password=a,b&c;d, next=2", "password=[redacted], next=2"},
      {"token=b'abcdef'", "token=b'[redacted]'"},
      {"x?a=1%26token%3Dabcdef%26n=2", "x?a=1%26token%3D[redacted]%26n=2"},
      {R"(first\nHF_TOKEN=abcdef\nnext)", R"(first\nHF_TOKEN=[redacted]\nnext)"},
      {"Cookie: a=b; session=c", "Cookie: [redacted]"},
      {"Authorization: Digest username=\"x\"", "Authorization: Digest [redacted]\"x\""},
      {"sshpass -p hunter2 ssh me@host", "sshpass -p [redacted] ssh me@host"},
      {"sshpass -phunter2 ssh", "sshpass -p[redacted] ssh"},
      {R"(["sshpass", "-p", "hunter2"])", R"(["sshpass", "-p", "[redacted]"])"},
      {"curl -s -u me:hunter2 http://h", "curl -s -u me:[redacted] http://h"},
      {"curl --user=me:hunter2 http://h", "curl --user=me:[redacted] http://h"},
      {"machine h login me password hunter2", "machine h login me password [redacted]"},
      {"machine h\n  login me\n  password hunter2\n", "machine h\n  login me\n  password [redacted]\n"},
      {"AccountName=x;AccountKey=abcdef+/0123==;E=1", "AccountName=x;AccountKey=[redacted];E=1"},
      {"https://h/b?sv=1&sig=abcdefghij%2Fklmnopqrst%3D&se=2", "https://h/b?sv=1&sig=[redacted]&se=2"},
      {"http://me:p@ss@host:1/x", "http://[redacted]@host:1/x"},
      {"http://u:hunter/2secret@127.0.0.1:9 x", "http://[redacted]@127.0.0.1:9 x"},
      {"'http://bob:hunter#2secret@h'", "'http://[redacted]@h'"},
      {"http://bob:hunter?2secret@h", "http://[redacted]@h"},
      {"password:\n  Za15secret\nnext", "password:\n  [redacted]\nnext"},
      {"token=\n Za15secret", "token=\n [redacted]"},
      {"HF_TOKEN=\r\nZa15secret\r\n", "HF_TOKEN=\r\n[redacted]\r\n"},
      {"Authorization: Bearer\n abcdefghijkl\n", "Authorization: Bearer\n [redacted]\n"},
      {"{\"password\":\n  \"Za15 s\"}", "{\"password\":\n  \"[redacted]\"}"},
      {"run --hf-token\tZa15secret x", "run --hf-token\t[redacted] x"},
      {"{\"password\": [ \"Za15 s\" ]}", "{\"password\": [ \"[redacted]\" ]}"},
      {"mysql -u root -pZa15secret db", "mysql -u root -p[redacted] db"},
      {"mysqldump -p'Za15secret' db", "mysqldump -p'[redacted]' db"},
      {"sig=abcdefghij/klmnopqrst0= x", "sig=[redacted] x"},
      {"h/x?a=1&X-Amz-Signature=0123456789abcdef0123456789abcdef&b", "h/x?a=1&X-Amz-Signature=[redacted]&b"},
      {"GET /?session_id=aB3dE5gH7jK9mN1pQ3 x", "GET /?session_id=[redacted] x"},
      {"PASSWORD=$'Za15 \\'secret' next", "PASSWORD=$'[redacted]' next"},
      {"PASSWORD=$\"Za15 secret\" next", "PASSWORD=$\"[redacted]\" next"},
      {"Proxy-Authorization: Basic bWU6aHVudGVyMg==", "Proxy-Authorization: Basic [redacted]"},
      {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-DEF_1 x", "[redacted] x"},
  };
  for (const Case& one : cases) EXPECT_EQ(redact(one.text), one.redacted);
}

TEST(Redact, HidesEachShapeInEverySurrounding) {
  ASSERT_GT(secret_shapes().size(), 30u);
  for (const SecretShape& shape : secret_shapes()) {
    const std::string secret(shape.example.substr(shape.keeps_prefix ? shape.prefix.size() : 0)),
        example(shape.example);
    for (const std::string& text :
         {example, "is " + example + ".", "\"" + example + "\",", "[\\n" + example + "\\n]", "a%20" + example,
          "<" + example + ">", "\x1b[31m" + example + "\x1b[0m", "('" + example + "')"}) {
      const std::string clean = redact(text);
      EXPECT_THAT(clean, Not(HasSubstr(secret))) << shape.name;
      EXPECT_THAT(clean, HasSubstr("[redacted]")) << shape.name << ": " << text;
      EXPECT_EQ(redact(clean), clean);
    }
  }
}

TEST(Redact, HidesWhatColoursCutInTwo) {
  const std::string secret =
      "hf"
      "_abcdefghijKLMNOPqrstuv0123456789";
  for (const char* colour : {"\x1b[0m", "\x1b[1;31m", "\\x1b[0m", "\\u001b[31m", "\\033[0m", "\xe2\x80\x8b",
                             "\xe2\x80\x8c", "\xef\xbb\xbf", "\b"}) {
    for (std::size_t cut = 0; cut + 8 <= secret.size(); ++cut) {
      const std::string clean = redact("x " + secret.substr(0, cut) + colour + secret.substr(cut) + " y");
      EXPECT_EQ(redact(clean), clean);
      EXPECT_THAT(strip_ansi(clean), Not(HasSubstr(secret.substr(cut, 8)))) << clean;
      EXPECT_THAT(clean, HasSubstr("[redacted]"));
    }
  }
}

std::string key_block(const char* title, const std::string& end_of_line) {
  std::string text = std::string("-----BEGIN ") + title + "-----" + end_of_line;
  for (int i = 0; i < 20; ++i) text += "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj" + end_of_line;
  return text + "MIIB==" + end_of_line + "-----END " + title + "-----";
}

TEST(Redact, HidesPrivateKeysAlsoHalfOfThem) {
  for (const char* title :
       {"PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK"}) {
    for (const char* end_of_line : {"\n", "\r\n", "\\n", "\n  ", "\nnode1 | "}) {
      const std::string block = key_block(title, end_of_line);
      EXPECT_EQ(redact("before\n" + block + "\nafter"), "before\n[redacted]\nafter");
    }
  }
  const std::string block = key_block("PRIVATE KEY", "\n");
  for (const std::size_t cut : {40u, 90u, 93u, 400u, 1000u}) {
    const std::string head = redact("a log\n" + block.substr(0, cut)),
                      tail = redact(block.substr(cut) + "\nthe next line");
    EXPECT_EQ(head, "a log\n[redacted]") << cut;
    EXPECT_EQ(tail, "[redacted]\nthe next line") << cut;
  }
  EXPECT_EQ(redact(R"({"private_key": ")" + key_block("PRIVATE KEY", "\\n") + R"(", "n": 1})"),
            R"({"private_key": "[redacted]", "n": 1})");
}

}  // namespace
}  // namespace exo_harness
