#pragma once

#include <optional>
#include <string>

#include "exo_harness/exo/chat.h"
#include "exo_harness/http/client.h"

#include "chat_stream.h"

namespace exo_harness::exo {

std::string without_slash(std::string url);

/// What is wrong with the status or the form of an answer, if anything.
std::optional<Failure> refusal(const http::Request& request, const http::Reply& reply);

/// The failure, saying of which request it is.
Failure with_subject(const http::Request& request, Failure failure);

/// What a streamed chat came to. `seen` may be null; it gets what came in any case.
Outcome<ChatStream> judge_stream(const http::Request& request, const http::Transfer& transfer, ChatStreamReader& reader,
                                 ChatStream* seen);

}  // namespace exo_harness::exo
