#include "exo_harness/core/progress.h"

namespace exo_harness {
namespace {

class Silent : public Progress {
  void note(std::string_view) override {}
  void now(std::string_view) override {}
};

}  // namespace

Progress& silent_progress() {
  static Silent silent;
  return silent;
}

}  // namespace exo_harness
