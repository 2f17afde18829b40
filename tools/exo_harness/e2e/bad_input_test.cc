// What a user gets for input that makes no sense: one clear sentence with what to do, exit 2, nothing left running.
#include <filesystem>
#include <ostream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/child.h"
#include "exo_harness/process/marks.h"

#include "cluster/fake_address.h"
#include "http/scripted_server.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using namespace std::chrono_literals;

/// A command line. `{F}` stands for the folder with the broken files, `{WEB}` for a web server that is no Exo.
struct Row {
  const char* name;
  std::vector<std::string> words;
  std::vector<const char*> said;
  const char* fixtures = "";
};

void PrintTo(const Row& row, std::ostream* os) {
  *os << row.name;
}

const std::vector<Row> kRows = {
    {"NoCommand", {"runn"}, {"unknown command runn", "did you mean run"}},
    {"UnknownOption", {"run", "--placment", "single"}, {"unknown option --placment", "did you mean --placement"}},
    {"OptionOfAnother", {"sweep", "--nodes", "2"}, {"sweep: unknown option --nodes"}},
    {"ScriptMissing", {"run", "--start-script", "{F}/nope.sh"}, {"nope.sh: there is no such file"}},
    {"ScriptNotExecutable", {"run", "--start-script", "{F}/plain.sh"}, {"it is not executable", "chmod +x"}},
    {"ScriptIsAFolder", {"run", "--start-script", "{F}"}, {"it is a folder"}},
    {"ScriptExitsAtOnce",
     {"run", "--start-script", "{F}/exits.sh", "--api", "http://127.0.0.1:1"},
     {"exits.sh ended with exit code 7", "no such cluster here", "run it by hand"}},
    {"SpecMissing", {"run", "--cluster", "nope.toml"}, {"no cluster spec nope.toml"}},
    {"SpecAlmostNamed", {"run", "--cluster", "fake-3"}, {"no cluster spec fake-3", "did you mean fake-2"}},
    {"SpecNotToml", {"run", "--cluster", "{F}/broken.toml"}, {"broken.toml:2: not TOML"}},
    {"SpecUnknownKey", {"run", "--cluster", "{F}/key.toml"}, {"key.toml:3: speeed: no such key", "nearest: speed"}},
    {"SpecWrongType",
     {"run", "--cluster", "{F}/type.toml"},
     {"type.toml:2: nodes: expected an integer", "found a string"}},
    {"SuiteUnknown", {"run", "--suite", "inferense"}, {"there is no suite inferense", "did you mean inference"}},
    {"ModelUnknown", {"run", "--model", "lama-3.2-1b"}, {"called `lama-3.2-1b`", "did you mean llama-3.2-1b"}},
    {"PlacementUnknown", {"run", "--placement", "tensr-2"}, {"no placement tensr-2", "did you mean tensor-2"}},
    {"PlacementTooWide", {"run", "--placement", "tensor-4"}, {"placement tensor-4 needs 4 nodes, the cluster has 2"}},
    {"ApiNoUrl", {"run", "--api", "not-a-url"}, {"'not-a-url' is not the URL of an API", "write it like http://"}},
    {"ApiIsAFile", {"run", "--api", "file:///etc/passwd"}, {"'file:///etc/passwd' is not the URL of an API"}},
    {"ApiWithSlashInPassword",
     {"run", "--api", "http://u:hunter/2secret@127.0.0.1:9"},
     {"the password in 'http://[redacted]@127.0.0.1:9' has a `/`", "percent-encode it"}},
    {"ApiWithHashInPassword",
     {"run", "--api", "http://bob:hunter#2secret@127.0.0.1:9"},
     {"the password in 'http://[redacted]@127.0.0.1:9' has a `/`, `?` or `#`", "percent-encode it"}},
    {"ApiWithPasswordAndNoScheme",
     {"run", "--api", "bob:hunter2secret@127.0.0.1:9"},
     {"--api: '[redacted]@127.0.0.1:9' is not the URL of an API"}},
    {"ScriptFromWindows", {"run", "--start-script", "{F}/crlf.sh"}, {"crlf.sh: its lines end with a carriage return"}},
    {"StopScriptAlone",
     {"run", "--api", "http://127.0.0.1:1", "--stop-script", "{F}/exits.sh"},
     {"--stop-script without --start-script"}},
    {"KeepUpOfOthers", {"run", "--api", "http://127.0.0.1:1", "--keep-up"}, {"--keep-up without --start-script"}},
    {"RepeatedForEver", {"run", "--gtest_repeat=-1"}, {"--gtest_repeat=-1: not a number of repetitions", "--repeat 3"}},
    {"HelpOfGoogleTest", {"run", "--gtest_help"}, {"--gtest_help: not a flag that a run passes on", "--gtest_filter="}},
    {"ShardsOfGoogleTest", {"run", "--gtest_total_shards=2"}, {"not a flag that a run passes on", "--shard 1/2"}},
    {"StreamOfResults", {"run", "--gtest_stream_result_to=127.0.0.1:9"}, {"not a flag that a run passes on"}},
    {"RepeatedNever", {"run", "--gtest_repeat=0"}, {"--gtest_repeat=0: not a number of repetitions"}},
    {"ApiIsNoExo", {"run", "--api", "{WEB}"}, {"answers, but not as Exo does", "HTTP 404"}},
    {"ApiWithoutContent", {"run", "--api", "{WEB}/204"}, {"not as Exo does", "HTTP 204 No Content"}},
    {"ApiThatSendsOn", {"run", "--api", "{WEB}/302"}, {"HTTP 302", "it sends on to http://elsewhere.invalid/"}},
    {"ApiThatPacks", {"run", "--api", "{WEB}/gzip"}, {"packed (Content-Encoding: gzip), which was not asked for"}},
    {"PortTaken",
     {"run", "--start-script", "{F}/sleeps.sh", "--api", "{WEB}"},
     {"is already taken by another program, pid", "stop it first"}},
    {"ShardBeyondTheLast", {"run", "--shard", "5/3"}, {"--shard 5/3: not a part of a run"}},
    {"NoNodes", {"run", "--nodes", "0"}, {"--nodes"}},
    {"OutIsAFile", {"run", "--out", "{F}/plain.sh"}, {"cannot make the folder", "choose another place with --out"}},
    {"FixtureBroken",
     {"models", "analyze", "broken"},
     {"broken.toml:1: not TOML", "mend the fixture file"},
     "{F}/fixtures"},
    {"FixturesMissing", {"run"}, {"EXO_HARNESS_FIXTURES is", "which is not a folder"}, "{F}/none"},
    {"ReportOfNothing", {"report", "{F}"}, {"is not a run folder", "there is no journal.jsonl"}},
    {"MergeOfNothing", {"merge", "{F}/a", "{F}/b"}, {"is not a run folder", "journal.jsonl"}},
    {"StateFileBroken", {"down", "--state", "{F}/broken.json"}, {"broken.json is not a cluster file"}},
    {"TokensNegative", {"models", "analyze", "nemotron-3-nano", "--tokens", "-3"}, {"--tokens"}},
    {"MemoryNegative", {"models", "analyze", "nemotron-3-nano", "--memory", "24,-1"}, {"--memory"}},
    {"ModelGeneration",
     {"models", "stage", "{F}", "--as", "a/b", "--generation", "v9"},
     {"`v9` is no generation of Exo", "v1.0.71, main or zenoh"}},
    {"StageWithoutAName", {"models", "stage", "{F}"}, {"a folder needs a name", "--as org/name"}},
    {"StageOfNoModel", {"models", "stage", "{F}", "--as", "a/b", "--into", "{F}/into"}, {"no config.json", "point at"}},
    {"UnstageOfNothing",
     {"models", "unstage", "a/b", "--into", "{F}/into"},
     {"there is no", "into/a--b", "--into where it was staged"}},
    {"FetchOfNoId", {"models", "fetch", "foo"}, {"`foo` is no model id", "give it as org/name"}},
    {"ModelFolderMissing", {"models", "analyze", "{F}/none"}, {"none: there is no such folder"}},
};

std::string with(std::string text, const std::string& name, const std::string& value) {
  const std::size_t at = text.find(name);
  return at == std::string::npos ? text : text.replace(at, name.size(), value);
}

class BadInput : public testing::TestWithParam<Row> {
 protected:
  void SetUp() override {
    write_file(folder_.path() / "plain.sh", "#!/bin/sh\n");
    write_script("exits.sh", "#!/bin/sh\necho no such cluster here\nexit 7\n");
    write_script("crlf.sh", "#!/bin/sh\r\nexit 0\r\n");
    write_script("sleeps.sh", "#!/bin/sh\nexec sleep 100\n");
    write_file(folder_.path() / "broken.toml", "name = \"x\"\nnodes = = 2\n");
    write_file(folder_.path() / "key.toml", "name = \"x\"\nnodes = 2\nspeeed = 3\n");
    write_file(folder_.path() / "type.toml", "name = \"x\"\nnodes = \"two\"\n");
    write_file(folder_.path() / "broken.json", "{");
    fs::create_directories(folder_.path() / "fixtures/models");
    write_file(folder_.path() / "fixtures/models/broken.toml", "repo =\n");
  }
  void write_script(const char* name, const char* text) {
    write_file(folder_.path() / name, text);
    fs::permissions(folder_.path() / name, fs::perms::owner_all);
  }
  std::string filled(std::string text) const {
    return with(with(std::move(text), "{F}", folder_.path().string()), "{WEB}", web_.url());
  }

  TemporaryFolder folder_;
  http::ScriptedServer web_{[](http::Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request())
      answer(connection, request);
  }};

 private:
  static void answer(http::Connection& connection, const std::string& request) {
    if (contains(request, " /204/")) {
      connection.send("HTTP/1.1 204 No Content\r\n\r\n");
    } else if (contains(request, " /302/")) {
      connection.send("HTTP/1.1 302 Found\r\nLocation: http://elsewhere.invalid/\r\nContent-Length: 0\r\n\r\n");
    } else if (contains(request, " /gzip/")) {
      connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08");
    } else {
      connection.reply("<html>\n<p>nope", "text/html", 404);
    }
  }
};

TEST_P(BadInput, IsReportedInOneSentenceWithWhatToDo) {
  process::CommandOptions command;
  command.command = {EXO_BIN_DIR "/exo-harness"};
  for (const std::string& word : GetParam().words) command.command.push_back(filled(word));
  command.environment["EXO_HARNESS_RUNS"] = (folder_.path() / "runs").string();
  if (*GetParam().fixtures != '\0') command.environment["EXO_HARNESS_FIXTURES"] = filled(GetParam().fixtures);
  command.output = folder_.path() / "output";
  process::Child run = process::Child::start(command);

  const auto ended = run.wait(Deadline::after(40s));

  ASSERT_TRUE(ended.has_value());
  const std::string output = read_file(command.output);
  EXPECT_EQ(ended->code, 2) << output;
  for (const char* said : GetParam().said) EXPECT_THAT(output, HasSubstr(said));
  EXPECT_THAT(output, HasSubstr("→"));
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder_.path() / "runs", none)) {
    process::Marks marks;
    marks.run_id = entry.path().filename();
    EXPECT_TRUE(process::find_marked(marks).empty()) << "left running:\n" << output;
    EXPECT_TRUE(fs::exists(entry.path() / "verdict.json")) << "what was recorded is lost";
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, BadInput, testing::ValuesIn(kRows), [](const auto& row) { return row.param.name; });

process::CommandResult in_a_shell(const std::string& script, const fs::path& folder) {
  process::CommandOptions command;
  command.command = {"/bin/sh", "-c", script};
  command.working_folder = folder;
  return process::run_command(command, Deadline::after(40s));
}

TEST(AFullStandardOutput, IsNoPass) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full here";
  const TemporaryFolder folder;
  const auto ended = in_a_shell("exec " EXO_BIN_DIR "/exo-harness --version >/dev/full", folder.path());

  EXPECT_EQ(ended.status.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("standard output cannot be written"));
}

TEST(AClosedStandardOutput, IsWhatTheUserWanted) {
  const TemporaryFolder folder;
  EXPECT_EQ(in_a_shell("exec " EXO_BIN_DIR "/exo-harness --version >&-", folder.path()).status.code, 0);
}

class AWorkingDirectoryThatIsGone : public testing::TestWithParam<const char*> {};

TEST_P(AWorkingDirectoryThatIsGone, IsOneSentenceAndNoFaultOfTheCluster) {
  const TemporaryFolder folder;
  const auto ended =
      in_a_shell(std::string("mkdir gone; cd gone; rmdir ../gone; exec " EXO_BIN_DIR "/") + GetParam(), folder.path());

  EXPECT_EQ(ended.status.code, 2) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("the working directory is gone"));
  EXPECT_THAT(ended.output, HasSubstr("change to a folder that exists"));
}

INSTANTIATE_TEST_SUITE_P(Commands, AWorkingDirectoryThatIsGone,
                         testing::Values("exo-harness run --suite discovery --out ../r",
                                         "exo-harness run --suite discovery"));

// The script `start.sh` in the folder: runs `first`, then starts a fake there.
void write_start_script(const fs::path& folder, const std::string& first, const FakeAddress& address) {
  write_file(folder / "start.sh",
             format("#!/bin/sh\n{}\nEXO_FAKE_PORT={} EXO_FAKE_SPEED=0 exec {}/start-fake-cluster\n", first,
                    address.port, EXO_BIN_DIR));
  fs::permissions(folder / "start.sh", fs::perms::owner_all);
}

// GoogleTest aborts then before the suite can say a word.
TEST(AWorkingDirectoryThatGoesWhileItRuns, IsNoFaultOfTheCluster) {
  const TemporaryFolder folder;
  const FakeAddress address = free_fake_address(1);
  write_start_script(folder.path(), "rmdir \"$PWD\"", address);
  const auto ended =
      in_a_shell(format("mkdir gone; cd gone; exec {}/exo-harness run --start-script ../start.sh --api {} --nodes 1 "
                        "--suite discovery --out {}/runs",
                        EXO_BIN_DIR, address.apis.front(), folder.path().string()),
                 folder.path());

  EXPECT_EQ(ended.status.code, 2) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("HARNESS TROUBLE"));
  EXPECT_THAT(ended.output, HasSubstr("could not list its tests"));
}

// As by a build in mid-run.
TEST(AHarnessThatIsReplacedWhileItRuns, StillFindsItsSuites) {
  const TemporaryFolder folder;
  const FakeAddress address = free_fake_address(1);
  write_start_script(folder.path(), format("rm {}/bin/exo-harness", folder.path().string()), address);
  const auto ended = in_a_shell(
      format("mkdir bin; ln -s {0}/* bin/; rm bin/exo-harness; cp {0}/exo-harness bin/; "
             "exec bin/exo-harness run --start-script ./start.sh --api {1} --nodes 1 --suite discovery --out runs",
             EXO_BIN_DIR, address.apis.front()),
      folder.path());

  EXPECT_EQ(ended.status.code, 0) << ended.output;
}

TEST(ListOfTests, IsPrintedAndNothingRuns) {
  const TemporaryFolder folder;
  const auto ended =
      in_a_shell("exec " EXO_BIN_DIR "/exo-harness run --suite discovery --gtest_list_tests --gtest_filter='*Foreign*'",
                 folder.path());

  EXPECT_EQ(ended.status.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("Discovery.\n  NoForeignNodeIsInTheTopology\n"));
  EXPECT_TRUE(fs::is_empty(folder.path())) << "there is a run folder";
}

}  // namespace
}  // namespace exo_harness::tools
