#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "json/json.h"
#include "world/faults.h"

namespace exo_harness::fake {

/// What the wire tells of one chat that is not true, as a proxy before a true node would change it: fault
/// `lies:about=…`. One thread.
class WireLies {
 public:
  /// Takes the lies that are set for an answer to `request`, a chat's body.
  WireLies(Faults& faults, bool stream, Json request);

  /// Makes a true answer, or the next true frame of a stream, a lie.
  void bend(Json& whole);
  /// The end of the stream is never told.
  bool hides_done() const { return about("no-done"); }
  /// It is told before the frame that comes next.
  bool tells_done_early() const { return about("done-early") && frames_ == 1; }

  /// Every `about=` there is.
  static const std::vector<std::string>& known();

 private:
  bool about(const std::string& what) const { return about_.contains(what); }
  bool in_answer(const std::string& what) const { return !stream_ && about(what); }
  bool in_stream(const std::string& what) const { return stream_ && about(what); }
  void bend_head(Json& whole) const;
  void bend_usage(Json& usage) const;
  void bend_choice(Json& choice);
  void bend_text(std::string& text);
  void bend_pieces(std::string& text);
  void bend_end(Json& choice, std::string& text) const;
  void bend_logprobs(Json& rows) const;
  void bend_calls(Json& calls) const;

  bool stream_;
  Json request_;
  std::set<std::string> about_;
  std::size_t frames_ = 0;
  std::string kept_;  ///< A piece that comes behind the next one.
};

}  // namespace exo_harness::fake
