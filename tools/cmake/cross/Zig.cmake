# What both toolchain files share. The variables also go to the small projects by which CMake tries the compiler.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES EXO_CROSS)
set(CMAKE_CXX_COMPILER "${EXO_CROSS}/bin/zig-c++")
set(CMAKE_AR "${EXO_CROSS}/bin/zig-ar")
set(CMAKE_RANLIB "${EXO_CROSS}/bin/zig-ranlib")
# Nothing of the host's /usr/include: what is found there would hide what is missing on a Mac.
set(CMAKE_FIND_ROOT_PATH "${EXO_CROSS}/packages")
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_PROJECT_TOP_LEVEL_INCLUDES "${CMAKE_CURRENT_LIST_DIR}/Packages.cmake")
