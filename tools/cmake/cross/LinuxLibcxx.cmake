# Toolchain file: this Linux, but with clang and libc++, the standard library of a Mac; zig brings both.
set(CMAKE_CXX_COMPILER_TARGET "${CMAKE_HOST_SYSTEM_PROCESSOR}-linux-gnu")
# zig links for an older glibc than the one that this system's libcrypto wants; the one that runs has what it wants.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--allow-shlib-undefined")
include("${CMAKE_CURRENT_LIST_DIR}/Zig.cmake")
