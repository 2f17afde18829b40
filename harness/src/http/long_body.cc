#include "long_body.h"

#include <atomic>

namespace exo_harness::http {

namespace {

std::atomic_flag taken = ATOMIC_FLAG_INIT;

}  // namespace

std::shared_ptr<const void> take_long_body() {
  if (taken.test_and_set()) return nullptr;
  return {&taken, [](std::atomic_flag* flag) { flag->clear(); }};
}

}  // namespace exo_harness::http
