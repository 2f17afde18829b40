#pragma once

#include <string>
#include <utility>
#include <vector>

#include "exo_harness/doctor/doctor.h"

namespace exo_harness::doctor {

/// Builds a list of checks in few words.
class Checks {
 public:
  Check& add(std::string id, std::string node, Check::Status status, std::string seen, std::string needed) {
    all_.push_back({std::move(id), std::move(node), status, std::move(seen), std::move(needed), "", "", false});
    return all_.back();
  }
  Check& good(std::string id, std::string node, std::string seen, std::string needed) {
    return add(std::move(id), std::move(node), Check::Status::good, std::move(seen), std::move(needed));
  }
  Check& bad(std::string id, std::string node, std::string seen, std::string needed) {
    return add(std::move(id), std::move(node), Check::Status::bad, std::move(seen), std::move(needed));
  }
  std::vector<Check> take() { return std::move(all_); }

 private:
  std::vector<Check> all_;
};

}  // namespace exo_harness::doctor
