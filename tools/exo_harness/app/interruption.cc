#include "app/interruption.h"

#include "exo_harness/process/interrupts.h"

namespace exo_harness::tools {

bool stop_asked() {
  return process::Interrupts::install().count() > 0;
}

bool hurry_asked() {
  return process::Interrupts::install().count() > 1;
}

}  // namespace exo_harness::tools
