# Toolchain file: arm64 macOS from Linux, with zig as compiler and linker. CMAKE_SYSTEM_NAME makes if(APPLE) true, so that
# CMake itself chooses the sources of a Mac. tools/check-platforms sets EXO_CROSS, the folder that it fills.
set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_SYSTEM_PROCESSOR arm64)
set(CMAKE_CXX_COMPILER_TARGET aarch64-macos.14.0)
include("${CMAKE_CURRENT_LIST_DIR}/Zig.cmake")
