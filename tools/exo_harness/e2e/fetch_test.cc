// `models fetch` with the official client, from a small hub on loopback that can be made to misbehave.
#include <filesystem>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/child.h"

#include "models/hugging_face_client.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using process::Child;
using process::CommandOptions;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

constexpr auto kTestLimit = 60s;
constexpr const char* kWeights = "model.safetensors";
const std::string kFirst(40, 'c'), kSecond(40, 'd');

/// One tensor of so many bytes.
void write_model(const fs::path& folder, std::size_t bytes = 200'000) {
  fs::create_directories(folder);
  const std::string header = format(R"({{"x":{{"dtype":"U8","shape":[{0}],"data_offsets":[0,{0}]}}}})", bytes);
  write_file(folder / kWeights, std::string(1, static_cast<char>(header.size())) + std::string(7, '\0') + header +
                                    std::string(bytes, 'w'));
  write_file(folder / "model.safetensors.index.json", R"({"weight_map":{"x":"model.safetensors"}})");
  write_file(folder / "config.json", R"({"model_type":"llama"})");
  for (const char* name : {"tokenizer.json", "tokenizer_config.json"}) write_file(folder / name, "{}");
}

/// A hub that runs until the end of the test.
class Hub {
 public:
  Hub(const fs::path& model, const std::string& commit, const std::vector<std::string>& faults) {
    CommandOptions options;
    options.command = {"python3", EXO_SOURCE_DIR "/tools/exo_harness/e2e/small-hub", model.string(), "org/name",
                       commit};
    options.command.insert(options.command.end(), faults.begin(), faults.end());
    options.output = folder_.path() / "log";
    process_ = Child::start(options);
    wait_until(Deadline::after(kTestLimit), 10ms, [&] { return contains(log(), "\n"); });
  }
  std::string log() const { return fs::exists(folder_.path() / "log") ? read_file(folder_.path() / "log") : ""; }
  std::string url() const { return std::string(first_line(log())); }

 private:
  TemporaryFolder folder_;
  std::optional<Child> process_;
};

class ModelsFetchFromAHub : public testing::Test {
 protected:
  void SetUp() override {
    try {
      find_hf();
    } catch (const HarnessError& error) {
      GTEST_SKIP() << error.what() << "; " << error.advice();
    }
    write_model(root_.path() / "hub");
  }
  void start_hub(const std::vector<std::string>& faults = {}, const std::string& commit = kFirst) {
    hub_.emplace(root_.path() / "hub", commit, faults);
  }
  Child start_fetch(std::vector<std::string> more = {}, const std::string& repo = "org/name") const {
    CommandOptions options;
    options.command = {EXO_BIN_DIR "/exo-harness", "models", "fetch", repo, "--into", into().string()};
    options.command.insert(options.command.end(), more.begin(), more.end());
    options.environment = {{"HF_ENDPOINT", hub_ ? hub_->url() : "http://127.0.0.1:1"},
                           {"HF_HOME", (root_.path() / "home").string()},
                           {"NO_PROXY", "127.0.0.1"}};
    options.output = output();
    fs::remove(options.output);
    return Child::start(options);
  }
  int fetch(std::vector<std::string> more = {}, const std::string& repo = "org/name") const {
    return start_fetch(std::move(more), repo).wait(Deadline::after(kTestLimit)).value().code;
  }
  /// Whether a process has the hidden folder among its words.
  bool client_runs() const {
    process::CommandOptions look;
    look.command = {"pgrep", "-f", "--", "--local-dir " + part().string()};
    return process::run_command(look, Deadline::after(kTestLimit)).status.ok();
  }
  fs::path into() const { return root_.path() / "models"; }
  fs::path place() const { return into() / "org--name"; }
  fs::path part() const { return into() / ".org--name.download"; }
  fs::path output() const { return root_.path() / "output"; }
  std::string said() const { return read_file(output()); }
  bool is_whole() const { return read_file(place() / kWeights) == read_file(root_.path() / "hub" / kWeights); }

  TemporaryFolder root_;
  std::optional<Hub> hub_;
};

TEST_F(ModelsFetchFromAHub, BringsAWholeModel) {
  start_hub();
  ASSERT_EQ(fetch(), 0) << said();
  EXPECT_TRUE(is_whole());
  EXPECT_THAT(said(), AllOf(HasSubstr("revision " + kFirst), HasSubstr("verified 5 files"),
                            HasSubstr("hashes that the hub tells of 5")));
}

TEST_F(ModelsFetchFromAHub, RefusesACorruptedFileAndGetsOnlyThatOneAgain) {
  start_hub({"--corrupt", kWeights});
  EXPECT_EQ(fetch(), 2);
  EXPECT_THAT(said(), AllOf(HasSubstr("model.safetensors: its SHA-256 is"), HasSubstr("repeat")));
  EXPECT_FALSE(fs::exists(place()));
  start_hub();

  ASSERT_EQ(fetch(), 0) << said();

  EXPECT_TRUE(is_whole());
  EXPECT_THAT(hub_->log(), AllOf(HasSubstr("GET /org/name/resolve/" + kFirst + "/model.safetensors \n"),
                                 Not(HasSubstr("GET /org/name/resolve/" + kFirst + "/config.json"))));
}

TEST_F(ModelsFetchFromAHub, RefusesATruncatedFile) {
  start_hub({"--short", kWeights});
  EXPECT_EQ(fetch(), 2);
  EXPECT_THAT(said(), HasSubstr("model.safetensors: its SHA-256 is"));
  EXPECT_FALSE(fs::exists(place()));
}

TEST_F(ModelsFetchFromAHub, GoesOnAfterACutConnection) {
  write_model(root_.path() / "hub", 24u << 20);  // the client keeps pieces of 10 MiB
  start_hub({"--cut", kWeights});
  ASSERT_EQ(fetch(), 0) << said();
  EXPECT_TRUE(is_whole());
  EXPECT_THAT(hub_->log(), HasSubstr("model.safetensors bytes=10485760-"));
}

TEST_F(ModelsFetchFromAHub, LeavesNoClientWhenItIsStoppedAndGoesOnTheNextTime) {
  for (const int signal : {SIGTERM, SIGKILL}) {
    start_hub({"--stall", kWeights});
    Child run = start_fetch();
    ASSERT_TRUE(wait_until(Deadline::after(kTestLimit), 10ms, [&] {
      return contains(hub_->log(), "GET /org/name/resolve/" + kFirst + "/model.safetensors");
    }));
    kill(run.pid(), signal);
    EXPECT_TRUE(run.wait(Deadline::after(kTestLimit)).has_value());
    EXPECT_FALSE(fs::exists(place()));
    EXPECT_TRUE(wait_until(Deadline::after(kTestLimit), 10ms, [&] { return !client_runs(); }));
  }
  start_hub();
  EXPECT_EQ(fetch(), 0) << said();
  EXPECT_TRUE(is_whole());
  EXPECT_FALSE(fs::exists(part()));
}

TEST_F(ModelsFetchFromAHub, TakesAnotherRevisionWithoutMixingTheTwo) {
  write_file(root_.path() / "hub/old.py", "old");
  start_hub({"--corrupt", kWeights});
  EXPECT_EQ(fetch(), 2);
  fs::remove(root_.path() / "hub/old.py");
  start_hub({}, kSecond);

  ASSERT_EQ(fetch({"--revision", "main"}), 0) << said();

  EXPECT_THAT(said(), AllOf(HasSubstr("revision " + kSecond), HasSubstr("removed old.py: of an earlier revision")));
  EXPECT_FALSE(fs::exists(place() / "old.py"));
  EXPECT_TRUE(is_whole());
}

TEST_F(ModelsFetchFromAHub, NamesAnUnknownRevisionAndAnUnknownRepository) {
  start_hub();
  EXPECT_EQ(fetch({"--revision", "nix"}), 2);
  EXPECT_THAT(said(), HasSubstr("org/name has no revision `nix`"));
  EXPECT_EQ(fetch({}, "org/other"), 3);
  EXPECT_THAT(said(), HasSubstr("org/other cannot be fetched"));
}

TEST_F(ModelsFetchFromAHub, SaysInOneSentenceThatThereIsNoWayToTheHub) {
  EXPECT_EQ(fetch(), 3);
  EXPECT_THAT(said(), AllOf(HasSubstr("this machine has no way to the hub at http://127.0.0.1:1\n"),
                            Not(HasSubstr("Traceback"))));
}

}  // namespace
}  // namespace exo_harness::tools
