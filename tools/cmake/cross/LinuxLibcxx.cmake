# Toolchain file: this Linux, but with clang and libc++, the standard library of a Mac; zig brings both.
set(CMAKE_CXX_COMPILER_TARGET "${CMAKE_HOST_SYSTEM_PROCESSOR}-linux-gnu")
include("${CMAKE_CURRENT_LIST_DIR}/Zig.cmake")
