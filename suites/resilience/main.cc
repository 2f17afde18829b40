#include "exo_harness/gtest/run.h"

int main(int argc, char** argv) {
  return exo_harness::gtest::run(argc, argv);
}
