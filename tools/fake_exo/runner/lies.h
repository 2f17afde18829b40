#pragma once

#include <set>
#include <string>
#include <vector>

#include "json/json.h"
#include "runner/engine.h"
#include "world/faults.h"

namespace exo_harness::fake {

/// What one answer tells that is not true, in the shape of a true one: fault `lies:about=…`. One thread.
class Lies {
 public:
  /// Takes the lies that are set for an answer of this placement and model.
  Lies(Faults& faults, const std::string& mode, const std::string& model);
  ~Lies();
  Lies(const Lies&) = delete;
  Lies& operator=(const Lies&) = delete;

  bool about(const std::string& what) const { return about_.contains(what); }
  /// What of the prompt acts on the answer; its tokens are counted as a whole.
  Prompt heard(Prompt prompt) const;
  /// After how many tokens an answer of at most `limit` ends.
  std::size_t limit(std::size_t limit) const;
  /// What is told of calls of tools.
  Json calls(Json calls, bool stream) const;
  /// The prompt was in the prefix cache as a whole.
  void read_from_cache() { cached_ = true; }
  /// Makes a true chunk a lie. Chunks come in their order.
  void bend(Json& chunk, bool stream);

 private:
  void bend_text(std::string& text, bool stream);
  void bend_logprobs(Json& chunk) const;
  void bend_numbers(Json& chunk) const;

  std::set<std::string> about_;
  bool cached_ = false;
  std::size_t chunks_ = 0, said_ = 0;
};

/// Every `about=` of a lie that an answer begins with; more are on the wire (`api/`).
const std::vector<std::string>& known_lies();

}  // namespace exo_harness::fake
