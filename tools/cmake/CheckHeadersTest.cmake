# cmake -DFOLDER=<scratch> -P CheckHeadersTest.cmake
#
# Shows CheckHeaders.cmake red.
cmake_minimum_required(VERSION 3.25)
set(RULE Headers)
set(RULE_OPTIONS -DMOST=1)
include("${CMAKE_CURRENT_LIST_DIR}/SeesRed.cmake")

set(INSTALLED "target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES\n  include/exo_harness/core/a.h")
set(INTERNAL "target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS FILES include/exo_harness/core/b.h")
function(plant_good_tree)
  plant(harness/src/core/layer.cmake "${INSTALLED})\n${INTERNAL})")
  plant(harness/include/exo_harness/core/a.h "#include <string>")
  plant(harness/include/exo_harness/core/b.h "#include \"exo_harness/core/a.h\"")
endfunction()

expect_green()
expect_red(harness/include/exo_harness/core/c.h "#pragma once" "core/c.h stands in no list")
expect_red(harness/include/exo_harness/core/a.h "#include \"exo_harness/core/b.h\""
  "core/a.h is installed, and includes exo_harness/core/b.h, which is not")
expect_red(harness/src/core/layer.cmake "${INSTALLED})\n${INTERNAL}\n  include/exo_harness/core/a.h)" "stands in two lists")
expect_red(harness/src/core/layer.cmake "${INSTALLED}\n  include/exo_harness/core/b.h)" "2 headers are installed, at most 1")
expect_red(harness/src/core/layer.cmake "${INTERNAL}\n  include/exo_harness/core/a.h)" "0 headers are installed")
