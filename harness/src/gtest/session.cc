#include "session.h"

namespace exo_harness::gtest {
namespace {

constexpr std::size_t kMostBytes = 8u << 20;  // Of bodies kept for one test.

}  // namespace

Session& session() {
  static Session one;
  return one;
}

void Session::keep(const exo::Exchange& exchange) {
  const std::lock_guard lock(keeping);
  test.exchanges.push_back(exchange);
  const std::size_t bytes = exchange.request.body.size() + exchange.response_body.size();
  if (test.kept_bytes + bytes > kMostBytes) {
    test.exchanges.back().request.body.clear();
    test.exchanges.back().response_body.clear();
  } else {
    test.kept_bytes += bytes;
  }
}

void Session::write_exchanges(bool test_failed) {
  for (const exo::Exchange& exchange : test.exchanges) {
    journal::ExchangeDone done;
    done.test = test.name;
    done.method = exchange.request.method;
    done.url = exchange.request.url;
    done.status = exchange.status;
    done.took_us = (exchange.timing.end_ns - exchange.timing.sent_ns) / 1000;
    done.response_bytes = exchange.response_bytes;
    done.token_events = exchange.token_events;
    if (exchange.failure) {
      done.failure_kind = exchange.failure->kind;
      done.failure = exchange.failure->what;
    }
    if (test_failed || exchange.failure) {
      done.request_body = exchange.request.body;
      done.response_body = exchange.response_body;
    }
    journal().append(done);
  }
  test.exchanges.clear();
  test.kept_bytes = 0;
}

}  // namespace exo_harness::gtest
