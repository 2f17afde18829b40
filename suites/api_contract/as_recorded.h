#pragma once

#include <string>
#include <string_view>

#include "exo_harness/core/deadline.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/exo/recording.h"

namespace exo_harness::suites {

/// What stands in a request in place of what was recorded.
struct Here {
  std::string model;     ///< For `exo-harness/tiny-llama`.
  std::string instance;  ///< For the id of an instance; empty: as recorded.
  bool thinks = false;   ///< The model thinks unless it is told not to; the recorded one did not.
};

/// The recording of that generation with that number (fixtures/recordings). Both generations have the numbers up to
/// 85 and from 200. Fails: HarnessError.
exo::Recording recording_of(exo::Generation generation, std::string_view number);

/// Sends the request of a recording and expects its answer: the status, the headers that say something to a client, of
/// an error the very bytes, of all else the shape (exo/shape.h), of a stream also the order of its frames.
/// Returns the answer, empty when none came.
http::Reply expect_as_recorded(exo::Client& client, const exo::Recording& recording, const Here& here,
                               Deadline deadline);

}  // namespace exo_harness::suites
