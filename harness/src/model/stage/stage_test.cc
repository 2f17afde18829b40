#include "exo_harness/model/stage/stage.h"

#include <chrono>
#include <iostream>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#ifdef __linux__
#include <sched.h>
#include <sys/mount.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/model/checkpoint/folder.h"

#include "model/test_model.h"

namespace exo_harness::model {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// All paths below a folder with their sizes, hidden ones too.
std::vector<std::string> content_of(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    names.push_back(entry.path().lexically_relative(folder).string());
  std::sort(names.begin(), names.end());
  return names;
}

/// A Hugging Face cache beside `files` that holds the same. Result: its snapshot.
fs::path cache_of(const fs::path& files) {
  const fs::path entry = files.parent_path() / "hub/models--org--name";
  write_cache_entry_of(files, entry, std::string(40, 'c'));
  return entry / "snapshots" / std::string(40, 'c');
}

class Staging : public testing::Test {
 protected:
  void SetUp() override {
    write_tiny_llama(source());
    request_.source = source();
    request_.repo = "org/name";
    request_.into = root_.path() / "models";
    request_.keep_free = 0;
  }
  fs::path source() const { return root_.path() / "source"; }
  fs::path place() const { return request_.into / "org--name"; }
  std::string refusal() {
    try {
      stage(request_);
    } catch (const HarnessError& error) {
      return error.what();
    }
    return "no refusal";
  }

  /// Stages in a process of its own that gets SIGKILL after `delay`.
  void run_and_kill_after(std::chrono::nanoseconds delay) {
    const pid_t child = fork();
    if (child == 0) {
      stage(request_);
      _exit(0);
    }
    std::this_thread::sleep_for(delay);  // the moment itself is what is tested
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }

  TemporaryFolder root_;
  StageRequest request_;
};

TEST_F(Staging, LinksOrCopiesAWholeModelAndUndoesExactlyThat) {
  const auto before = content_of(source());
  for (const bool copy : {false, true}) {
    request_.copy = copy;

    const Staged staged = stage(request_);

    EXPECT_EQ(staged.folder, place());
    EXPECT_EQ(fs::is_symlink(place() / "config.json"), !copy);
    EXPECT_THAT(read_model_folder(place()).problems, IsEmpty());
    EXPECT_THAT(unstage(request_.into, "org/name"), IsEmpty());
    EXPECT_THAT(content_of(request_.into), IsEmpty());
  }
  EXPECT_EQ(content_of(source()), before);
}

TEST_F(Staging, LeavesOutWhatTheEngineWouldReadBesideTheShardsAndSaysSo) {
  write_sparse_safetensors(source() / "model-old.safetensors", {{"model.norm.weight", "BF16", {64}}});
  for (const bool copy : {false, true}) {
    request_.copy = copy;

    const Staged staged = stage(request_);

    EXPECT_THAT(staged.notes, testing::Contains("model-old.safetensors was left out"));
    EXPECT_FALSE(fs::exists(fs::symlink_status(place() / "model-old.safetensors")));
    EXPECT_THAT(read_model_folder(place()).problems, IsEmpty());
    unstage(request_.into, "org/name");
  }
}

TEST_F(Staging, RefusesTokenizersThatAreCutAndPointersOfGitLfs) {
  write_file(source() / "tokenizer.json", "{\"version\":");
  EXPECT_THAT(refusal(), HasSubstr("tokenizer.json: not JSON, or cut off"));
  write_file(source() / "tokenizer.json", "version https://git-lfs.github.com/spec/v1\noid sha256:4665\nsize 12345\n");
  EXPECT_THAT(refusal(), HasSubstr("tokenizer.json: a pointer of Git LFS, not the file itself"));
  EXPECT_FALSE(fs::exists(request_.into));
}

TEST_F(Staging, TellsOfTheDownloadThatBrokeOffBesideACutFile) {
  write_file(source() / "tokenizer.json", "{}");
  request_.source = cache_of(source());
  const fs::path blob = fs::canonical(request_.source / "tokenizer.json");
  write_file(blob, "{\"version\":");
  EXPECT_THAT(refusal(), Not(HasSubstr("broke off")));
  write_file(blob.string() + ".a1b2c3d4.incomplete", "");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("tokenizer.json: not JSON, or cut off"), HasSubstr("a download broke off")));
}

TEST_F(Staging, MakesAMissingIndexInThePlaceAndNotInTheSource) {
  fs::remove(source() / "model.safetensors.index.json");
  const auto before = content_of(source());

  const Staged staged = stage(request_);

  EXPECT_TRUE(staged.made_index);
  EXPECT_THAT(read_model_folder(place()).problems, IsEmpty());
  EXPECT_EQ(content_of(source()), before);
}

TEST_F(Staging, WritesTheCardOfItsGeneration) {
  request_.cards = root_.path() / "cards";
  for (const exo::Generation generation : {exo::Generation::v1_0_71, exo::Generation::main}) {
    request_.generation = generation;

    const Staged staged = stage(request_);

    const std::string card = read_file(staged.card);
    EXPECT_THAT(card, HasSubstr("model_id = \"org/name\"\nn_layers = 2\nhidden_size = 64\nsupports_tensor = "
                                "true\nnum_key_value_heads = 2\n"));
    EXPECT_EQ(card.find("backends") != std::string::npos, generation == exo::Generation::main);
    unstage(request_.into, "org/name");
    EXPECT_FALSE(fs::exists(staged.card));
  }
}

TEST_F(Staging, RemovesTheHalfOfACardThatAKilledOneLeft) {
  request_.cards = root_.path() / "cards";
  stage(request_);
  write_file(request_.cards / "org--name.toml.0123abcd.part", "x");
  stage(request_);
  EXPECT_THAT(content_of(request_.cards), ElementsAre("org--name.toml"));
  write_file(request_.cards / "org--name.toml.0123abcd.part", "x");
  unstage(request_.into, "org/name");
  EXPECT_THAT(content_of(request_.cards), IsEmpty());
}

TEST_F(Staging, KeepsWhatOthersMade) {
  request_.cards = root_.path() / "cards";
  fs::create_directories(request_.cards);
  write_file(request_.cards / "org--name.toml", "model_id = 'mine'\n");

  EXPECT_THAT(stage(request_).notes, Contains(HasSubstr("is another's and was kept")));
  write_file(place() / "notes.txt", "mine");
  const auto kept = unstage(request_.into, "org/name");

  EXPECT_THAT(kept, Contains(HasSubstr("notes.txt: it was not staged")));
  EXPECT_EQ(content_of(place()), std::vector<std::string>{"notes.txt"});
  EXPECT_EQ(read_file(request_.cards / "org--name.toml"), "model_id = 'mine'\n");
}

TEST_F(Staging, LeavesAloneWhatIsThereAlready) {
  write_tiny_llama(place());
  EXPECT_THAT(refusal(), HasSubstr("did not stage it"));
  EXPECT_THROW(unstage(request_.into, "org/name"), UsageError);
  EXPECT_TRUE(fs::exists(place() / "config.json"));
  fs::remove_all(place());
  stage(request_);
  EXPECT_TRUE(stage(request_).was_there);
  write_tiny_llama(root_.path() / "other");
  request_.source = root_.path() / "other";
  EXPECT_THAT(refusal(), HasSubstr("was staged from"));
}

TEST_F(Staging, RefusesADamagedSourceAndLeavesNothing) {
  fs::resize_file(source() / "model-00001-of-00002.safetensors", 20'000);
  EXPECT_THAT(refusal(), HasSubstr("model-00001-of-00002.safetensors"));
  EXPECT_FALSE(fs::exists(request_.into));
}

TEST_F(Staging, WithHashesStagesWhatTheCacheNamesRightly) {
  request_.source = cache_of(source());
  request_.hash = true;
  for (const bool copy : {false, true}) {
    request_.copy = copy;

    const Staged staged = stage(request_);

    EXPECT_EQ(staged.hashes.size(), content_of(source()).size());
    for (const FileHash& each : staged.hashes) EXPECT_TRUE(each.verified) << each.name;
    EXPECT_TRUE(stage(request_).was_there);
    unstage(request_.into, "org/name");
  }
}

TEST_F(Staging, WithHashesRefusesAFileThatIsNotWhatTheCacheNames) {
  request_.source = cache_of(source());
  const fs::path weights = fs::canonical(request_.source / "model-00002-of-00002.safetensors");
  change_last_byte(weights);
  EXPECT_FALSE(stage(request_).folder.empty());  // headers and sizes are right: unseen without hashes
  unstage(request_.into, "org/name");
  request_.hash = true;
  request_.into = root_.path() / "elsewhere";

  EXPECT_THAT(refusal(), AllOf(HasSubstr("model-00002-of-00002.safetensors: its SHA-256 is"),
                               HasSubstr("says " + weights.filename().string())));

  EXPECT_FALSE(fs::exists(request_.into));
}

TEST_F(Staging, WithHashesSeesACopyThatIsNotItsSource) {
  request_.copy = request_.hash = true;
  stage(request_);
  change_last_byte(place() / "model-00001-of-00002.safetensors");
  EXPECT_THAT(refusal(), HasSubstr("model-00001-of-00002.safetensors: the SHA-256 of the copy is"));
}

TEST_F(Staging, ChecksTheDiskFirst) {
  request_.copy = true;
  request_.keep_free = ~std::uint64_t{0} / 2;
  EXPECT_THROW(stage(request_), EnvironmentError);
  EXPECT_FALSE(fs::exists(request_.into));
}

TEST_F(Staging, LeavesNothingWhenTheDiskFailsHalfWay) {
  request_.copy = true;
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limit{60'000, 60'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    signal(SIGXFSZ, SIG_IGN);
    _exit(refusal().rfind("cannot stage", 0) == 0 ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_THAT(content_of(request_.into), IsEmpty());
}

#ifdef __linux__
TEST_F(Staging, SaysThatTheDiskBecameFullHalfWayAndLeavesNothing) {
  request_.copy = true;
  write_file(source() / "vocabulary.txt", std::string(4u << 20, 'x'));
  fs::create_directories(request_.into);
  const pid_t child = fork();
  if (child == 0) {
    const bool small_disk = unshare(CLONE_NEWNS) == 0 &&
                            mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                            mount("none", request_.into.c_str(), "tmpfs", 0, "size=2m") == 0;
    if (!small_disk) _exit(77);
    if (refusal().find("vocabulary.txt: No space left on device") == std::string::npos) _exit(1);
    _exit(content_of(request_.into).empty() ? 0 : 2);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "only root may mount a small disk of its own";
  EXPECT_EQ(WEXITSTATUS(status), 0) << "1: it does not say so, 2: something is left";
}
#endif

TEST_F(Staging, IntoTheHuggingFaceCacheIsReadAsASnapshot) {
  request_.hugging_face = root_.path() / "hub";

  stage(request_);

  const fs::path entry = root_.path() / "hub/models--org--name";
  EXPECT_EQ(read_file(entry / "refs/main"), "exo-harness");
  EXPECT_THAT(read_model_folder(entry / "snapshots/exo-harness").problems, IsEmpty());
  unstage(request_.into, "org/name");
  EXPECT_FALSE(fs::exists(entry));
}

TEST_F(Staging, RemovesWhatAKilledOneLeftInTheHuggingFaceCache) {
  request_.hugging_face = root_.path() / "hub";
  const fs::path dead = request_.hugging_face / ".models--org--name.staging-0123456789abcdef/refs";
  for (const bool by_unstage : {false, true}) {
    if (by_unstage) fs::create_directories(dead);
    stage(request_);
    if (!by_unstage) fs::create_directories(dead);
    if (by_unstage)
      unstage(request_.into, "org/name");
    else
      stage(request_);
    EXPECT_FALSE(fs::exists(dead)) << by_unstage;
  }
  EXPECT_THAT(content_of(request_.hugging_face), IsEmpty());
}

TEST_F(Staging, FromASnapshotOfLinksTakesTheFilesBehindThem) {
  const fs::path snapshot = root_.path() / "hub/snapshots/abc";
  fs::create_directories(snapshot);
  for (const auto& entry : fs::directory_iterator(source()))
    fs::create_symlink(entry.path(), snapshot / entry.path().filename());
  request_.source = snapshot;

  stage(request_);

  EXPECT_EQ(fs::read_symlink(place() / "config.json"), fs::canonical(source() / "config.json"));
}

/// Killed at any moment: nothing or all of it; and the next one finds a clean place.
TEST_F(Staging, KilledAtAnyMomentLeavesNothingOrAWholeModel) {
  request_.cards = root_.path() / "cards";
  request_.hugging_face = root_.path() / "hub";
  std::mt19937 random(7);
  int whole = 0, nothing = 0;
  for (int round = 0; round < 100; ++round) {
    request_.copy = round % 2 == 0;
    const std::int64_t begin = monotonic_ns();
    EXPECT_THAT(read_model_folder(stage(request_).folder).problems, IsEmpty());
    const std::int64_t took = monotonic_ns() - begin;
    unstage(request_.into, "org/name");
    for (const fs::path& folder : {request_.into, request_.cards, request_.hugging_face})
      ASSERT_THAT(content_of(folder), IsEmpty());
    run_and_kill_after(std::chrono::nanoseconds(random() % static_cast<std::uint64_t>(2 * took)));
    const bool there = fs::exists(place());
    if (there) {
      EXPECT_THAT(read_model_folder(place()).problems, IsEmpty());
      unstage(request_.into, "org/name");
    }
    ++(there ? whole : nothing);
  }
  EXPECT_GT(whole, 0);
  EXPECT_GT(nothing, 0);
}

TEST_F(Staging, RefusesAFileWhoseNameIsNoText) {
  write_file(source() /
                 "we\xff"
                 "ird.txt",
             "x");
  EXPECT_THAT(refusal(), AllOf(HasSubstr(source().string()), HasSubstr("is not UTF-8")));
  EXPECT_FALSE(fs::exists(request_.into));
}

/// As another user, since root may read and write everything.
TEST_F(Staging, SaysWhatItMayNotReadOrWrite) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  fs::permissions(root_.path(), fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
  fs::permissions(source() / "model-00001-of-00002.safetensors", fs::perms::owner_all);
  write_tiny_llama(root_.path() / "other");
  const pid_t child = fork();
  if (child == 0) {
    if (setgid(65534) != 0 || setuid(65534) != 0) _exit(3);
    const std::string unreadable = refusal();
    request_.source = root_.path() / "other";
    const std::string unwritable = refusal();
    std::cerr << unreadable << "\n" << unwritable << "\n";
    _exit(unreadable.find("model-00001-of-00002.safetensors: Permission denied") == std::string::npos ? 1
          : unwritable.find("models: Permission denied") == std::string::npos                         ? 2
                                                                                                      : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0) << "1: the unreadable shard is not named, 2: the unwritable folder is not";
}

TEST_F(Staging, RefusesIdsThatLeaveTheFolder) {
  request_.repo = "../name";
  EXPECT_THROW(stage(request_), UsageError);
  EXPECT_THROW(unstage(request_.into, "a/../b"), UsageError);
}

}  // namespace
}  // namespace exo_harness::model
