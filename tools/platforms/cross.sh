# shellcheck shell=bash
# The folder from which a cross build takes its compiler and packages (tools/cmake/cross). Sourced by check-platforms.

# prepare_cross FOLDER FIRST INCLUDES...: bin/ with zig by the names that CMake wants; packages/ with the headers of the
# packages that we use, and nothing else, and GoogleTest's source. FIRST: a folder of headers that zig lacks or has wrong.
# INCLUDES: the folders that hold the packages' headers, all but Boost's.
prepare_cross() {
  local into=$1 first=$2 environment tool python
  shift 2
  environment=$("$root/tools/setup" cross)
  python=$(echo "$environment"/lib/python3*/site-packages)
  mkdir -p "$into/bin"
  for tool in c++ ar ranlib; do
    printf '#!/bin/sh\nexec "%s" %s%s "$@"\n' "$python/ziglang/zig" $tool \
      "$([ $tool != c++ ] || echo " -I'$first'")" > "$into/bin/new"
    chmod +x "$into/bin/new"
    cmp -s "$into/bin/new" "$into/bin/zig-$tool" || mv "$into/bin/new" "$into/bin/zig-$tool"
  done
  rm -rf "$into/packages" && mkdir -p "$into/packages/include" "$into/packages/lib" "$into/packages/src"
  link_headers "$into/packages/include" "$@"
  ln -s "$python/libboost_headers/include/boost" "$into/packages/include/boost"
  ln -s /usr/src/googletest "$into/packages/src/googletest"
}

# link_headers INTO INCLUDES...: the first folder that has a package wins; those of curl and OpenSSL are spread over two.
link_headers() {
  local into=$1 from name
  shift
  for name in fmt nlohmann CLI toml++ kainjow zlib.h zconf.h; do
    for from in "$@"; do
      if [ -e "$from/$name" ]; then ln -s "$from/$name" "$into/$name"; break; fi
    done
    [ -e "$into/$name" ] || { echo "no $name in $*: run tools/setup"; return 2; }
  done
  for name in curl openssl; do
    mkdir "$into/$name"
    for from in "$@"; do
      [ ! -d "$from/$name" ] || ln -sf "$from/$name"/* "$into/$name/"
    done
  done
}

# configure_cross TOOLCHAIN FOLDER OPTION...: not optimized, which takes half the time, and without zig's own wish for sanitizers.
configure_cross() {
  local toolchain=$1 folder=$2
  shift 2
  local -a launcher=()
  if command -v ccache > /dev/null; then launcher=("-DCMAKE_CXX_COMPILER_LAUNCHER=env;CCACHE_COMPILERTYPE=clang;CCACHE_DEPEND=1;ccache"); fi
  cmake -Wno-dev -G Ninja -S "$root" -B "$folder" "-DCMAKE_TOOLCHAIN_FILE=$root/tools/cmake/cross/$toolchain.cmake" \
    "-DEXO_CROSS=$folder/cross" -DCMAKE_BUILD_TYPE=Release "-DCMAKE_CXX_FLAGS_RELEASE=-O0 -fno-sanitize=undefined" \
    "-DCMAKE_CXX_FLAGS=-Wall -Wextra" -DCMAKE_CXX_EXTENSIONS=OFF -DEXO_HARNESS_BATCH_SOURCES=ON \
    -DEXO_HARNESS_INSTALL=OFF ${launcher[@]+"${launcher[@]}"} "$@"
}

# The folders of this system that hold headers, one a line.
system_includes() {
  local folder
  for folder in /usr/include /usr/include/*-linux-gnu; do [ ! -d "$folder" ] || echo "$folder"; done
}

# system_library NAME: the path of libNAME.so.
system_library() {
  local file
  for file in /usr/lib/*-linux-gnu/"lib$1.so" /usr/lib/"lib$1.so"; do
    if [ -e "$file" ]; then echo "$file"; return; fi
  done
  echo "no lib$1.so: run tools/setup" >&2
  return 2
}
