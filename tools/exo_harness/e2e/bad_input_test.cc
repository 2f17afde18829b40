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

#include "scripted_server.h"

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
    {"NoCommand", {"runn"}, {"there is no command runn", "did you mean run"}},
    {"UnknownOption", {"run", "--placment", "single"}, {"no option --placment", "did you mean --placement"}},
    {"OptionOfAnother", {"sweep", "--nodes", "2"}, {"sweep: there is no option --nodes"}},
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
    {"ApiNoUrl", {"run", "--api", "not-a-url"}, {"--api not-a-url: not a URL", "write it like http://"}},
    {"ApiIsNoExo", {"run", "--api", "{WEB}"}, {"answers, but not as Exo does", "HTTP 404"}},
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
     {"`v9` is no generation of Exo", "v1.0.71 or main"}},
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
    while (!connection.read_request().empty()) connection.reply("<html>\n<p>nope", "text/html", 404);
  }};
};

TEST_P(BadInput, IsToldInOneSentenceWithWhatToDo) {
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

}  // namespace
}  // namespace exo_harness::tools
