#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/exo/mode.h"
#include "exo_harness/exo/state.h"
#include "exo_harness/model/checkpoint/folder.h"
#include "exo_harness/model/fixture/fixture.h"

namespace exo_harness::model {

/// What Exo's card says of a model. Placement believes the card, not the files (contract 4, 12).
struct CardFacts {
  std::string model_id, base_model;
  int layers = 0, hidden_size = 0;
  int kv_heads = 0;  ///< 0: the card does not say, and Exo does not check.
  bool supports_tensor = false;
  std::uint64_t storage_bytes = 0;
};

/// The card that `models stage` writes for these files.
CardFacts card_of(const ModelFolder& folder, const std::string& model_id, exo::Generation generation);

/// Reads a card file of Exo, of either generation; keys that do not matter for placements are passed over.
/// Fails: HarnessError with file, line and what was expected.
CardFacts read_card(const std::filesystem::path& file);

/// What is known of the nodes; leave out what is not.
struct NodesFacts {
  std::vector<std::uint64_t> free_bytes;  ///< Available memory of each node; empty: not known, enough is assumed.
  std::optional<bool> rdma_cycle;         ///< Each ordered pair has an RDMA edge, and RDMA is on (contract: rdma 4).
  std::optional<bool> metal;              ///< Each node computes with Metal; main asks for it before JACCL.
};

/// What a cluster says of its nodes. `free_bytes`: most first, since Exo takes the cycle with most of it.
NodesFacts nodes_facts(const exo::State& state);

/// What a prediction stands on.
enum class Basis {
  unknown,    ///< Nothing that proves it.
  rule,       ///< A rule, or that such a placement was seen on a real Exo.
  fixture,    ///< What the fixture of the model says.
  rehearsed,  ///< The engine's own code did it.
};

/// `unknown`, `by rule`, `by fixture`, `rehearsed`.
std::string_view to_string(Basis basis);

/// What will come of a placement.
struct Prediction {
  exo::Mode mode;  ///< As asked for.
  Expectation::Kind predicted = Expectation::Kind::unknown;
  std::vector<Phase> phases;  ///< Of `fails`: place, load, warm-up, generate; of a fixture, those it may fail in.
  std::string signature;  ///< Of `fails`: text in the API error, RunnerFailed or log; empty: it fails without a text.
  bool wrong_answers = false;  ///< Of `fails` in generate: it answers, and the answers are wrong.
  std::string reason;          ///< For people.
  Basis basis = Basis::unknown;
  std::string source;                 ///< Where the rule is from: contract section, or file and version.
  std::uint64_t memory_per_node = 0;  ///< Bytes, see memory_per_node().
};

/// Predicts one placement. The first rule that says no wins, in the order in which Exo would come to it. `works` only
/// when no rule says no and such a placement was seen on a real Exo (predict/seen.h); else `unknown`, as when the rules
/// do not know the family, or know that they do not know. Threads: any.
Prediction predict(const ModelFolder& folder, const CardFacts& card, const exo::Mode& mode, exo::Generation generation,
                   const NodesFacts& nodes = {}, std::uint64_t tokens = 8192);

/// Predicts single, and pipeline and tensor over ring and JACCL, for 2 to `most_nodes` nodes.
std::vector<Prediction> predict_all(const ModelFolder& folder, const CardFacts& card, exo::Generation generation,
                                    const NodesFacts& nodes = {}, int most_nodes = 8, std::uint64_t tokens = 8192);

/// `works: …` or `fails in load (…): …`.
std::string to_string(const Prediction& prediction);
void PrintTo(const Prediction& prediction, std::ostream* os);

}  // namespace exo_harness::model
