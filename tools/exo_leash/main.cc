// exo-leash: ends what a start script started, whatever happens to the harness. See tools/README.md.
#include <cstdio>
#include <exception>

#include "exo_harness/core/error.h"

#include "supervisor.h"

int main(int argc, char** argv) try {
  return exo_leash::Supervisor(exo_leash::parse_settings({argv + 1, argv + argc})).run();
} catch (const exo_harness::HarnessError& error) {
  std::fprintf(stderr, "exo-leash: %s; %s\n", error.what(), error.advice().c_str());
  return 2;
} catch (const std::exception& error) {
  std::fprintf(stderr, "exo-leash: %s\n", error.what());
  return 2;
}
