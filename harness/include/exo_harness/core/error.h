#pragma once

#include <stdexcept>
#include <string>

namespace exo_harness {

/// The harness cannot work: a missing script, an unreadable fixture, a folder that cannot be written.
/// Never for what the cluster did: that is an Outcome.
class HarnessError : public std::runtime_error {
 public:
  /// `what` says what was seen and what was expected, `advice` what to do next; both one line.
  HarnessError(const std::string& what, const std::string& advice);

  const std::string& advice() const { return advice_; }

 private:
  std::string advice_;
};

/// The user asked for something that does not exist or does not fit together. Exit code 2, like HarnessError.
class UsageError : public HarnessError {
 public:
  using HarnessError::HarnessError;
};

/// The host or network is not fit for what was asked (port taken, no RDMA). Exit code 3.
class EnvironmentError : public HarnessError {
 public:
  using HarnessError::HarnessError;
};

}  // namespace exo_harness
