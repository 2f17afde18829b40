# One place that says where each dependency comes from: the system's packages (see tools/setup), and for the one that
# Homebrew does not have, a download pinned by its commit, on request only.
option(EXO_HARNESS_FETCH_DEPS "Download what find_package cannot find" OFF)
if(POLICY CMP0167)
  cmake_policy(SET CMP0167 NEW)
endif()
find_package(Threads REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(ZLIB REQUIRED)
if(APPLE AND NOT OPENSSL_ROOT_DIR)  # Homebrew may keep it out of the folder that CMake searches
  find_program(EXO_BREW brew)
  if(EXO_BREW)
    execute_process(COMMAND "${EXO_BREW}" --prefix openssl@3 OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    set(OPENSSL_ROOT_DIR "${prefix}" CACHE PATH "Where OpenSSL is")
  endif()
endif()
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
# Never COMPONENTS system: newer Boosts have no such library, and nothing here links one.
find_package(Boost 1.74 CONFIG QUIET)
if(NOT Boost_FOUND)
  find_package(Boost 1.74 REQUIRED)
endif()
find_package(GTest 1.12 REQUIRED)
find_package(CLI11 2.1 REQUIRED)

find_path(EXO_TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
find_path(EXO_MUSTACHE_INCLUDE kainjow/mustache.hpp)
if(NOT EXO_MUSTACHE_INCLUDE AND EXO_HARNESS_FETCH_DEPS)
  include(FetchContent)
  FetchContent_Declare(mustache GIT_REPOSITORY https://github.com/kainjow/Mustache.git
    GIT_TAG c66fdd87f01f0b2d1ba704192f27355b77746a5b  # v4.1
    SOURCE_SUBDIR nothing-to-build)  # of its folder only the header is wanted
  FetchContent_MakeAvailable(mustache)
  file(COPY "${mustache_SOURCE_DIR}/mustache.hpp" DESTINATION "${PROJECT_BINARY_DIR}/fetched/kainjow")
  set(EXO_MUSTACHE_INCLUDE "${PROJECT_BINARY_DIR}/fetched" CACHE PATH "" FORCE)
elseif(NOT EXO_MUSTACHE_INCLUDE)
  message(FATAL_ERROR "kainjow/mustache.hpp not found: install libkainjow-mustache-dev, or set EXO_HARNESS_FETCH_DEPS=ON")
endif()

# Header-only packages without a CMake package everywhere. SYSTEM: their warnings are not ours.
add_library(exo_tomlplusplus INTERFACE)
target_include_directories(exo_tomlplusplus SYSTEM INTERFACE "${EXO_TOMLPLUSPLUS_INCLUDE}")
add_library(exo_mustache INTERFACE)
target_include_directories(exo_mustache SYSTEM INTERFACE "${EXO_MUSTACHE_INCLUDE}")
