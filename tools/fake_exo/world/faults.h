#pragma once

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "json/json.h"

namespace exo_harness::fake {

/// One injected fault: `name:key=value,key=value`. A value may hold anything but a comma; `\,` is a comma.
struct Fault {
  int id = 0;
  std::string name;
  std::map<std::string, std::string> args;
  int left = -1;       ///< How often it still acts; -1: forever.
  int skip = 0;        ///< How often it lets pass before it acts.
  double share = 100;  ///< In so many of 100 cases, by chance.

  std::string arg(const std::string& key, const std::string& otherwise = "") const;
  double number(const std::string& key, double otherwise) const;
};

/// The faults that a node has now. One thread.
class Faults {
 public:
  /// Fails: UsageError for an unknown name or a malformed spec.
  int add(const std::string& spec);
  bool remove(int id);
  void clear() { faults_.clear(); }

  /// Whether a fault of that name is set; it is not used up.
  const Fault* find(const std::string& name) const;
  /// The first fault of that name whose given `args` fit (a fault without that argument fits all), used up once.
  std::optional<Fault> take(const std::string& name, const std::map<std::string, std::string>& args = {});

  /// Whether a fault of that name fits.
  template <typename Fits>
  bool any_of(const std::string& name, Fits fits) const {
    for (const Fault& fault : faults_)
      if (fault.name == name && fault.left != 0 && fits(fault)) return true;
    return false;
  }

  /// One after the other, each that `take` would take; end_each() starts over.
  std::optional<Fault> take_each(const std::string& name, const std::map<std::string, std::string>& args);
  void end_each() { taken_.clear(); }

  Json describe() const;
  /// Name and meaning of every fault, for `GET /fake`.
  static const std::vector<std::pair<std::string, std::string>>& known();

 private:
  std::vector<Fault> faults_;
  std::vector<int> taken_;
  int next_id_ = 1;
  std::mt19937 random_{std::random_device()()};
};

}  // namespace exo_harness::fake
