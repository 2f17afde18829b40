#pragma once

#include <set>
#include <string>
#include <vector>

#include "json/json.h"
#include "world/faults.h"

namespace exo_harness::fake {

/// What the other dialects alone do wrong with an answer, in the shape of a right one: faults `lies:about=dialect-…`,
/// and what they no longer do wrong: `mended:what=…`. One thread.
class DialectLies {
 public:
  /// Takes the lies that are set for the next answer. `faults` must outlive it.
  explicit DialectLies(Faults& faults);

  /// What of a request, as chat has it, gets to the model.
  Json heard(Json chat) const;
  /// What is told of the next token, or of the calls.
  Json told(Json chunk, bool stream);
  bool is_mended(const char* what) const;
  /// A lie that is told while an answer is written.
  bool about(const std::string& what) const { return about_.contains(what); }

  /// Every `about=` there is.
  static const std::vector<std::string>& known();

 private:
  void bend_calls(Json& chunk) const;

  Faults& faults_;
  std::set<std::string> about_;
  std::size_t chunks_ = 0;
};

}  // namespace exo_harness::fake
