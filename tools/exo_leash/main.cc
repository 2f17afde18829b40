// exo-leash: ends what a start script started, whatever happens to the harness. See tools/README.md.
#include <cstdio>
#include <exception>

#include "exo_harness/core/error.h"
#include "exo_harness/core/redact.h"

#include "supervisor.h"

int main(int argc, char** argv) try {
  exo_harness::add_secrets_of_environment();
  return exo_leash::Supervisor(exo_leash::parse_settings({argv + 1, argv + argc})).run();
} catch (const exo_harness::HarnessError& error) {
  std::fprintf(stderr, "exo-leash: %s; %s\n", error.what(), error.advice().c_str());
  return 2;
} catch (const std::exception& error) {
  std::fprintf(stderr, "exo-leash: %s\n", error.what());
  return 2;
}
