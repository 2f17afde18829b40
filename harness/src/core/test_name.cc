#include "exo_harness/core/test_name.h"

namespace exo_harness {

TestName parts_of_test(std::string_view test) {
  const std::size_t dot = test.find('.');
  if (dot == test.npos) return {test.substr(0, test.find('/')), ""};
  if (const std::size_t before = test.rfind('/', dot); before != test.npos) test.remove_prefix(before + 1);
  const std::size_t behind = test.find('/');
  return {test.substr(0, behind), behind == test.npos ? "" : test.substr(behind + 1)};
}

}  // namespace exo_harness
