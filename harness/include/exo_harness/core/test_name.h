#pragma once

#include <string_view>

namespace exo_harness {

/// `Scenarios/Answer.IsRight/llama_single` in its parts; views into the name.
struct TestName {
  std::string_view promise;    ///< `Answer.IsRight`.
  std::string_view parameter;  ///< `llama_single`; empty: it has none.
};

/// Takes the name of a test apart, as GoogleTest puts it together. One without a dot has no parameter. Threads: any.
TestName parts_of_test(std::string_view test);

}  // namespace exo_harness
