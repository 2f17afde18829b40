#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace exo_harness {

/// Takes the secrets out of a text that comes in pieces, wherever they are cut: a piece is given out when nothing that
/// follows can change what is secret in it. Holds at most about 2 MiB. Threads: one at a time.
class RedactingStream {
 public:
  /// Result: what is certain by now, usually to the end of a line; often nothing.
  std::string feed(std::string_view bytes);
  /// The rest. The next text starts over.
  std::string finish();

 private:
  std::string give_out(bool last);
  std::string text_;
  std::size_t given_ = 0;  // So much at the begin of `text_` was given out already, and stays to be looked back at.
};

}  // namespace exo_harness
