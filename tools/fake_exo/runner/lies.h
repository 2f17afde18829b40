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

/// Every `about=` there is.
const std::vector<std::string>& known_lies();
/// The previews with one more that nobody can place.
Json with_impossible_preview(Json previews);
/// The state with the times of the first call, forever.
Json with_frozen_times(Json state);

}  // namespace exo_harness::fake
