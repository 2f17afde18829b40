#include "exo_harness/core/few.h"

#include <algorithm>

#include "exo_harness/core/format.h"

namespace exo_harness {

void Few::add(std::string thing) {
  if (examples_.size() < most_) examples_.push_back(std::move(thing));
  ++count_;
}

std::vector<std::string> Few::list() const {
  std::vector<std::string> all = examples_;
  if (count_ > all.size()) all.push_back(format("and {} more", count_ - all.size()));
  return all;
}

std::vector<std::string> few_of(const std::vector<std::string>& things) {
  Few few;
  for (std::size_t i = 0; i < std::min(things.size(), Few::kExamples); ++i) few.add(things[i]);
  few.add_others(things.size() - std::min(things.size(), Few::kExamples));
  return few.list();
}

}  // namespace exo_harness
