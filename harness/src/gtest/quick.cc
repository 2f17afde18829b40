#include "exo_harness/gtest/quick.h"

#include <utility>

namespace exo_harness::gtest {
namespace {

// Marks are made before `main`, in no order.
std::set<std::string>& marks_of_quick() {
  static std::set<std::string> marks;
  return marks;
}

}  // namespace

bool mark_quick(std::string test) {
  marks_of_quick().insert(std::move(test));
  return true;
}

const std::set<std::string>& quick_tests() {
  return marks_of_quick();
}

}  // namespace exo_harness::gtest
