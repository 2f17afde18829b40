#pragma once

#include <string>
#include <vector>

#include "in_dialect.h"

namespace exo_harness::suites {

/// What is promised of tools in each of the other dialects, a function a promise.
class ToolsInDialect : public InDialect {
 protected:
  using InDialect::InDialect;

  exo::ChatRequest offer(const std::string& choice = "", int max_tokens = 512);
  exo::ChatRequest with_result();
  void call_as_offered(const std::string& choice);
  void answer_the_result();
  /// Clients send what the user says next in one turn with the result.
  void read_the_text_beside_a_result();
  void keep_the_choice_of_none();
  /// A stream may go on as if all was well.
  void tell_of_a_cut_call();
  /// Fails for those that are none of this sort; Responses has one sort, whatever is called.
  std::vector<std::string> take_known_oddities(const char* of_claude);
  void think_before_the_call();
  void keep_the_form_of_streams();
};

}  // namespace exo_harness::suites
