#include "proc_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exo_harness::process {
namespace {

using namespace std::string_literals;

TEST(ParseStat, ReadsPastANameFullOfParentheses) {
  const auto info = parse_stat(
      "4211 (a) S 1 (b) S 77 4210 4209 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 987654 1000 200 18446744073709551615\n");

  ASSERT_TRUE(info);
  EXPECT_EQ(info->id, (ProcessId{4211, 987654}));
  EXPECT_EQ(info->state, 'S');
  EXPECT_EQ(info->parent, 77);
  EXPECT_EQ(info->group, 4210);
  EXPECT_EQ(info->session, 4209);
}

TEST(ParseStat, RefusesWhatIsCutShort) {
  EXPECT_FALSE(parse_stat(""));
  EXPECT_FALSE(parse_stat("4211 (exo) S 77 4210"));
}

TEST(ParseTimes, ReadsPastANameFullOfParentheses) {
  const ProcessTimes times =
      parse_times("4711 (my (odd) name) R 1 4711 4711 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 1 0 100 1000 10", 100);
  EXPECT_EQ(times.state, 'R');
  EXPECT_EQ(times.command, "my (odd) name");
  EXPECT_DOUBLE_EQ(times.cpu_seconds, 3.0);
  EXPECT_EQ(parse_times("rubbish", 100).state, '?');
}

TEST(ParsePsLine, ReadsMacAndLinux) {
  const ProcessTimes mac = parse_ps_line("Ss   1:02.50 /usr/bin/python3 x\n");
  EXPECT_EQ(mac.state, 'S');
  EXPECT_DOUBLE_EQ(mac.cpu_seconds, 62.5);
  EXPECT_EQ(mac.command, "/usr/bin/python3 x");
  EXPECT_DOUBLE_EQ(parse_ps_line("R 1-01:00:01 exo").cpu_seconds, 90001);
  EXPECT_EQ(parse_ps_line("U 0:00.00 exo").state, 'D');
  EXPECT_EQ(parse_ps_line("").state, '?');
}

TEST(StringsOf, SplitsAtNul) {
  EXPECT_THAT(strings_of("A=1\0\0B=2"s), testing::ElementsAre("A=1", "", "B=2"));
  EXPECT_THAT(strings_of(""), testing::IsEmpty());
}

TEST(ParseListeners, FindsOnlyListeningSocketsOfThePort) {
  const char* table =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0100007F:CCDB 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 31337 1 x\n"
      "   1: 0100007F:CCDB 0100007F:A000 01 00000000:00000000 00:00000000 00000000  1000        0 31338 1 x\n"
      "   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31339 1 x\n";

  EXPECT_THAT(parse_listeners(table, 52443), testing::ElementsAre(Listener{"0100007F", 31337}));
  EXPECT_THAT(parse_listeners(table, 1), testing::IsEmpty());
}

TEST(HoldsAssignment, WantsAWholeString) {
  const std::string block = "A=1\0EXO_HARNESS_RUN_ID=abc\0B=2\0"s;

  EXPECT_TRUE(holds_assignment(block, "EXO_HARNESS_RUN_ID=abc"));
  EXPECT_FALSE(holds_assignment(block, "EXO_HARNESS_RUN_ID=ab"));
  EXPECT_FALSE(holds_assignment(block, "RUN_ID=abc"));
}

std::string procargs(int argc, const std::string& rest) {
  return std::string(reinterpret_cast<const char*>(&argc), sizeof argc) + rest;
}

TEST(EnvironmentOfProcargs, BeginsAfterPathPaddingAndArguments) {
  const std::string answer = procargs(2, "/bin/exo\0\0\0\0exo\0--verbose\0A=1\0B=2\0"s);

  EXPECT_EQ(environment_of_procargs(answer), "A=1\0B=2\0"s);
}

TEST(ArgumentsOfProcargs, AreForPeople) {
  EXPECT_EQ(arguments_of_procargs(procargs(2, "/bin/exo\0\0exo\0--verbose\0A=1\0"s)), "exo --verbose");
}

TEST(EnvironmentOfProcargs, IsEmptyWhenTheKernelLeftItOut) {
  EXPECT_EQ(environment_of_procargs(procargs(1, "/bin/zsh\0zsh\0"s)), "");
  EXPECT_EQ(environment_of_procargs("ab"), "");
}

}  // namespace
}  // namespace exo_harness::process
