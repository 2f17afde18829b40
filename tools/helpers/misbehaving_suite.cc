// suite_misbehaving: tests that break off, hang and lie, for the tests of exo-harness. Each misbehaves only where its
// name is in EXO_MISBEHAVE, and passes everywhere else; `--gtest_filter` alone would also take away the tests after it.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "exo_harness/gtest/run.h"

namespace {

int g_exit_code = 0;  // Instead of the true one; 0: the true one.

bool has_to(const std::string& misbehave) {
  const char* wanted = std::getenv("EXO_MISBEHAVE");
  return wanted != nullptr && misbehave == wanted;
}

[[noreturn]] void hang() {
  for (;;) ::pause();
}

// Writes to the run folder until nothing more fits on that disk.
void fill_the_disk() {
  const std::filesystem::path journal = std::getenv("EXO_HARNESS_JOURNAL");
  std::ofstream filler(journal.parent_path() / "filler", std::ios::binary);
  const std::string block(4096, 'x');
  while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
  }
}

// What a test has put into the file PLANTED.
std::string planted() {
  const char* file = std::getenv("PLANTED");
  std::stringstream text;
  if (file != nullptr) text << std::ifstream(file).rdbuf();
  return text.str();
}

void flood() {
  const std::string block(1u << 20, 'x');
  for (;;) std::fwrite(block.data(), 1, block.size(), stdout);
}

// As an answer without end in a matcher's message.
void fail_at_length() {
  const std::string answer(30u << 20, 'a');
  for (int i = 0; i < 3; ++i) ADD_FAILURE() << "the answer was " << answer << ", expected 4";
}

void print_secrets() {
  std::printf("the token is %s, the key %s\n", std::getenv("HF_TOKEN"), std::getenv("MY_API_KEY"));
  std::printf("%s\n", planted().c_str());
  std::fflush(stdout);
}

void fail_with_secrets() {
  print_secrets();
  const std::string token = std::getenv("HF_TOKEN"), key = std::getenv("MY_API_KEY");
  FAIL()
      << "the token is " << token << ", the key " << key << "\n"
      << planted()
      << "\nGET https://planted-user:planted-word@127.0.0.1/?token=planted-query\nAuthorization: Bearer planted-header";
}

TEST(Before, IsWell) {}

TEST(Misbehaves, Here) {
  if (has_to("abort")) std::abort();
  if (has_to("segfault")) ::raise(SIGSEGV);
  if (has_to("exit 0")) ::_exit(0);
  if (has_to("exit 3 at the end")) g_exit_code = 3;
  if (has_to("hang")) hang();
  if (has_to("fill the disk")) fill_the_disk();
  if (has_to("flood")) flood();
  if (has_to("fail at length")) fail_at_length();
  if (has_to("fail with secrets")) fail_with_secrets();
  if (has_to("print secrets and hang")) {
    print_secrets();
    hang();
  }
  if (!has_to("hang and ignore SIGTERM")) return;
  ::signal(SIGTERM, SIG_IGN);
  hang();
}

TEST(TheNext, IsWell) {}

}  // namespace

int main(int argc, char** argv) {
  const int code = exo_harness::gtest::run(argc, argv);
  return g_exit_code != 0 ? g_exit_code : code;
}
