#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/exo/dialect.h"

#include "json_reader.h"

namespace exo_harness::exo {

/// What is gathered of an answer in a dialect, whole or event by event. Events and members that this version does not
/// know are passed over, as clients do.
class DialectReading {
 public:
  virtual ~DialectReading() = default;

  /// The whole answer.
  virtual void take_whole(const Node& root) = 0;
  /// The next event of a stream; `name` as the stream says it, empty where the dialect has none.
  virtual void take_event(const std::string& name, const Node& event) = 0;

  /// What it comes to. Fails: `error_in_200`, `truncated`.
  Outcome<DialectAnswer> finish(bool stream);

 protected:
  void add_text(const std::string& text);
  void add_thought(const std::string& thought);
  /// Of calls each has a number of its own, from 0; a piece has a name, or arguments, or both.
  void add_call(std::size_t number, const std::string& id, const std::string& name, const std::string& arguments);
  void note_odd(const std::string& what);
  void fail_with(const std::string& error) { error_ = error.empty() ? "an error without a message" : error; }
  Usage& usage();
  ChatAnswer& answer() { return out_.said.answer; }

  /// The stop reason in the dialect's words, and in those of chat (`stop`, `length`, `tool_calls`; else its own).
  void stop_because(const std::string& told, const std::map<std::string, std::string>& in_chat);

  std::size_t calls_ = 0;  ///< How many have begun.
  bool ended_ = false;     ///< The last event of the stream came.

 private:
  void add_piece(const std::string& piece);

  DialectAnswer out_;
  std::string error_;
};

std::unique_ptr<DialectReading> ollama_reading();
std::unique_ptr<DialectReading> claude_reading();
std::unique_ptr<DialectReading> responses_reading();

}  // namespace exo_harness::exo
