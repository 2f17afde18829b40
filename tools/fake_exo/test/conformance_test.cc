#include <algorithm>

#include <gmock/gmock.h>

#include "exo_harness/core/text.h"

#include "fake_cluster.h"
#include "shape.h"

namespace exo_harness::fake {
namespace {

namespace fs = std::filesystem;

/// Replays the recordings of one generation, in their order, against a fake of that generation.
class Conformance : public testing::TestWithParam<std::string> {
 protected:
  bool is_main() const { return GetParam() != "v1.0.71"; }
  fs::path folder() const {
    return fs::path(EXO_FIXTURES_DIR) / "recordings" / (is_main() ? GetParam() + "-2026-06" : GetParam());
  }

  std::vector<fs::path> recordings(const std::string& part) const {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(folder() / part))
      if (std::isdigit(static_cast<unsigned char>(entry.path().filename().string()[0]))) out.push_back(entry.path());
    std::sort(out.begin(), out.end(), [](const fs::path& a, const fs::path& b) { return number(a) < number(b); });
    return out;
  }
  static int number(const fs::path& file) { return std::atoi(file.filename().c_str()); }

  FakeCluster cluster_{
      {{"EXO_FAKE_GENERATION", GetParam()},
       {"EXO_FAKE_RDMA", "none"},
       {"EXO_FAKE_MODELS",
        "exo-harness/tiny-llama,exo-harness/tiny-llama-f32,exo-harness/tiny-nemotron-h,exo-harness/scripted"}}};
};

/// Names (as sent) and values of the headers that matter.
std::vector<std::string> headers_of(const std::vector<std::pair<std::string, std::string>>& headers) {
  std::vector<std::string> out;
  for (const auto& [name, value] : headers)
    if (to_lower(name) != "date") out.push_back(name + ": " + (name == "content-length" ? "*" : value));
  return out;
}

/// The kinds of frames, each run once.
std::vector<std::string> kinds_in(const std::vector<std::string>& frames) {
  std::vector<std::string> out;
  for (const std::string& frame : frames) {
    std::string kind = frame.substr(0, frame.find_first_of(" {", 2));
    if (frame.rfind("data: {", 0) == 0)
      kind = contains(frame, "\"error\"") ? "error" : contains(frame, "\"finish_reason\":\"") ? "last" : "data";
    if (frame.rfind("data: [", 0) == 0) kind = "done";
    if (frame.front() == '{') kind = "line";
    if (frame.rfind("event: ", 0) == 0) kind = frame.substr(0, frame.find('\n'));
    if (out.empty() || out.back() != kind) out.push_back(kind);
  }
  return out;
}

Json first_data(const std::vector<std::string>& frames) {
  for (const std::string& frame : frames)
    if (const auto at = frame.find('{'); at == 0 || frame.rfind("data: {", 0) == 0)
      return Json::parse(frame.substr(at), nullptr, false);
  return nullptr;
}

std::vector<std::string> recorded_frames(const Json& response, bool is_lines) {
  std::string text;
  for (const Json& chunk : response["chunks"]) text += chunk["text"].get<std::string>();
  return frames_of(text, is_lines);
}

void expect_same(const Json& recording, const WireAnswer& answer) {
  const Json& recorded = recording["response"];
  EXPECT_EQ(recorded["status"], answer.status);
  std::vector<std::pair<std::string, std::string>> headers;
  for (const Json& header : recorded["headers"]) headers.emplace_back(header[0], header[1]);
  EXPECT_EQ(headers_of(headers), headers_of(answer.headers));
  EXPECT_TRUE(answer.complete);
  const bool is_text = recorded.contains("body") && recorded["body"].is_string() &&
                       (recorded["body"] == "" || answer.header("content-type") != "application/json");
  if (recorded.contains("chunks")) {
    const bool is_lines = answer.header("content-type") == "application/x-ndjson";
    const auto frames = recorded_frames(recorded, is_lines), got = frames_of(answer.body, is_lines);
    EXPECT_EQ(kinds_in(frames), kinds_in(got));
    EXPECT_THAT(differences(first_data(frames), first_data(got)), testing::IsEmpty());
  } else if (is_text) {
    EXPECT_EQ(recorded["body"], answer.body);
  } else {
    EXPECT_THAT(differences(recorded["body"], answer.json()), testing::IsEmpty());
  }
}

std::string body_of_request(const Json& request) {
  if (request["body"].is_null()) return "";
  return request["body"].is_string() ? request["body"].get<std::string>() : text_of(request["body"]);
}

std::vector<std::pair<std::string, std::string>> headers_of_request(const Json& request) {
  std::vector<std::pair<std::string, std::string>> headers;
  if (!request.contains("headers")) return headers;
  for (const Json& header : request["headers"]) headers.emplace_back(header[0], header[1]);
  return headers;
}

TEST_P(Conformance, AnswersAsRecorded) {
  ASSERT_TRUE(cluster_.wait_formed(2));
  std::string instance;
  int replayed = 0;
  for (const fs::path& file : recordings("contract")) {
    SCOPED_TRACE(file.filename().string());
    const Json recording = Json::parse(read_file(file));
    const Json& request = recording["request"];
    const int which = number(file);
    // 13: only its paths are listed. 110: never ends. 318, 319: an answer that is cancelled meanwhile, see faults_test.
    // No response: it took longer than the client waited.
    const bool is_alone = which == 13 || which == 110 || which == 318 || which == 319;
    if (recording["response"].is_null() || is_alone) continue;
    std::string path = request["path"];
    if (which == 100) instance = cluster_.place("exo-harness/tiny-llama", "Pipeline", "MlxRing", 1);
    if (which == 105 || which == 108 || which == 109 || which == 117) cluster_.delete_all();
    if (const auto at = path.find("timeout_seconds=2"); at != std::string::npos)
      path.replace(at, 17, "timeout_seconds=0.2");
    const bool names_instance =
        path.rfind("/instance/", 0) == 0 && path.size() == 46 && path.find("00000000") == std::string::npos;
    if (names_instance) path = "/instance/" + instance;
    const bool places = path == "/place_instance" && recording["response"]["status"] == 200;
    if (places) cluster_.delete_all();
    const WireAnswer answer = wire_request(cluster_.node(0), request["method"], path, body_of_request(request), nullptr,
                                           std::chrono::seconds(30), headers_of_request(request));
    expect_same(recording, answer);
    ++replayed;
    if (!places || which == 26 || which == 122) continue;
    ASSERT_TRUE(wait_until([&] {
      const Json now = cluster_.state()["instances"];
      instance = now.empty() ? "" : now.begin().key();
      const auto states = cluster_.runner_states(instance);
      return !states.empty() &&
             std::all_of(states.begin(), states.end(), [](const auto& s) { return s == "RunnerReady"; });
    }));
  }
  EXPECT_GE(replayed, is_main() ? 210 : 190);
}

TEST_P(Conformance, ListsThePathsOfItsGeneration) {
  const Json recorded = Json::parse(read_file(folder() / "contract" / "13-get-openapi.json"))["response"]["body"];
  const Json got = cluster_.get("/openapi.json").json();
  std::vector<std::string> wanted, has;
  for (const auto& [path, methods] : recorded["paths"].items()) wanted.push_back(path);
  for (const auto& [path, methods] : got["paths"].items()) has.push_back(path);
  EXPECT_EQ(wanted, has);
}

TEST_P(Conformance, FailsAsRecorded) {
  ASSERT_TRUE(cluster_.wait_formed(2));
  for (const char* name : {"01-must-fail.json", "04-must-fail-stream.json", "07-must-oom.json"}) {
    SCOPED_TRACE(name);
    const Json recording = Json::parse(read_file(folder() / "faults" / name));
    ASSERT_NE("", cluster_.place("exo-harness/tiny-llama", "Pipeline", "MlxRing", 2));
    expect_same(recording, wire_request(cluster_.node(0), "POST", recording["request"]["path"],
                                        body_of_request(recording["request"])));
  }
}

INSTANTIATE_TEST_SUITE_P(Generations, Conformance, testing::Values("v1.0.71", "main", "zenoh"),
                         [](const auto& info) { return info.param == "v1.0.71" ? "v1_0_71" : info.param; });

}  // namespace
}  // namespace exo_harness::fake
