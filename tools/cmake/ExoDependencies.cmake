# One place that says where each dependency comes from: the system's packages (see tools/setup).
if(POLICY CMP0167)
  cmake_policy(SET CMP0167 NEW)
endif()
find_package(Threads REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(ZLIB REQUIRED)
# Never COMPONENTS system: newer Boosts have no such library, and nothing here links one.
find_package(Boost 1.74 CONFIG QUIET)
if(NOT Boost_FOUND)
  find_package(Boost 1.74 REQUIRED)
endif()
find_package(GTest 1.12 REQUIRED)
find_package(CLI11 2.1 REQUIRED)

find_path(EXO_TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
find_path(EXO_MUSTACHE_INCLUDE NAMES kainjow/mustache.hpp mustache.hpp REQUIRED)

# Header-only packages without a CMake package everywhere. SYSTEM: their warnings are not ours.
add_library(exo_tomlplusplus INTERFACE)
target_include_directories(exo_tomlplusplus SYSTEM INTERFACE "${EXO_TOMLPLUSPLUS_INCLUDE}")
add_library(exo_mustache INTERFACE)
target_include_directories(exo_mustache SYSTEM INTERFACE "${EXO_MUSTACHE_INCLUDE}")
