#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace exo_harness::fake {

/// What is to be generated. Everything that the answer depends on is here, so that an engine needs no state of the
/// fake.
struct Prompt {
  std::string model;
  std::vector<std::pair<std::string, std::string>> messages;  ///< Role, content.
  double temperature = 0;
  std::uint64_t seed = 0;
  int top_logprobs = 0;
  bool ban_end = false;       ///< `/bench`: never ends by itself.
  bool thinks = false;        ///< A thought and its mark come before the answer.
  bool weighs_calls = false;  ///< A thought comes before calls, too.
  bool thinks_forever = false;
  double penalty = 0;              ///< Of presence and frequency, of the generation that has them.
  std::vector<std::string> tools;  ///< Names of the functions that it may call.
  bool wrong = false;              ///< Fault wrong-answers.
};

struct Candidate {
  std::string bytes;  ///< May be part of a character.
  double logprob = 0;
};

/// What a token is part of. A mark stands between thought and answer and is not shown.
enum class Part { answer, thought, mark, call };

/// One generated token.
struct Token {
  std::int64_t id = 0;
  std::string bytes;  ///< May be part of a character.
  double logprob = 0;
  std::vector<Candidate> top;  ///< Best first; the chosen one among them.
  Part part = Part::answer;
};

/// The tokens of one answer, one after the other.
class Sequence {
 public:
  virtual ~Sequence() = default;
  /// The next token; nothing at the end of the answer.
  virtual std::optional<Token> next() = 0;
};

/// What stands behind a runner: a table of answers, or numbers.
class Engine {
 public:
  virtual ~Engine() = default;
  /// The prompt after the chat template, as token ids.
  virtual std::vector<std::int64_t> tokenize(const Prompt& prompt) const = 0;
  virtual std::unique_ptr<Sequence> start(const Prompt& prompt) const = 0;
};

/// Answers from the prompt files of `folder`; the same for every placement. Fails: HarnessError with file and line.
std::unique_ptr<Engine> make_table_engine(const std::filesystem::path& folder);

/// What a real Exo said, of the first recording `MODEL.json` in `folders`; what is not recorded `others` says. A folder
/// may be missing. Fails at a question: std::exception, of a file that is no JSON. Threads: one.
std::unique_ptr<Engine> make_recorded_engine(std::vector<std::filesystem::path> folders,
                                             std::unique_ptr<Engine> others);

}  // namespace exo_harness::fake
