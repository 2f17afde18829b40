#pragma once

#include "exo_harness/diagnose/signature/signature.h"

namespace exo_harness::diagnose {

/// The signatures that this project ships.
inline const SignatureBook& book() {
  return SignatureBook::standard(EXO_FIXTURES_DIR);
}

}  // namespace exo_harness::diagnose
