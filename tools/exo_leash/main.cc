// exo-leash: ends what a start script started, whatever happens to the harness. See tools/README.md.
#include <cstdio>
#include <exception>
#include <string>

#include "exo_harness/core/error.h"
#include "exo_harness/core/harmless.h"
#include "exo_harness/core/redact.h"

#include "supervisor.h"

namespace {

// Into leash.log, a file of the run.
void complain(const std::string& what) {
  std::fprintf(stderr, "exo-leash: %s\n", exo_harness::harmless(exo_harness::redact(what)).c_str());
}

}  // namespace

int main(int argc, char** argv) try {
  exo_harness::add_secrets_of_environment();  // The start script is not to get ours.
  return exo_leash::Supervisor(exo_leash::parse_settings({argv + 1, argv + argc})).run();
} catch (const exo_harness::HarnessError& error) {
  complain(std::string(error.what()) + "; " + error.advice());
  return 2;
} catch (const std::exception& error) {
  complain(error.what());
  return 2;
}
