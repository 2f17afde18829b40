#include <cstdio>

#include "exo_harness/core/text.h"
#include "exo_harness/http/client.h"
#include "exo_harness/journal/journal.h"

int main() {
  using namespace exo_harness;
  if (journal::parse_journal("half a line").torn_tail == false) return 1;
  http::Client client;
  const auto reply = client.perform({.url = "http://127.0.0.1:1/"}, Deadline::after(milliseconds(2000)));
  if (reply.ok()) return 1;
  std::printf("%s\n", std::string(to_string(reply.failure().kind)).c_str());
  return reply.failure().kind == FailureKind::unreachable ? 0 : 1;
}
