#include "exo_harness/model/fixture.h"

namespace exo_harness::model {

Expectation FixtureModel::expectation(const exo::Mode& mode) const {
  const auto found = placements.find(exo::short_name(mode));
  return found == placements.end() ? Expectation{} : found->second;
}

}  // namespace exo_harness::model
