# shellcheck shell=bash
# check-platforms macos: compiles and links for arm64 macOS. Runs nothing.

check_macos() {
  local folder=$root/build/macos fast='' newest='' option
  for option in "$@"; do
    case $option in
      --fast) fast=1 ;;
      --newest) newest=1 folder=$root/build/macos-newest ;;
      *) die "macos: unknown option $option" ;;
    esac
  done
  "$root/tools/setup"
  step "macos: compiler and packages" "$folder/prepare.log" prepare_macos "$folder/cross" "$newest"
  step "macos: configure" "$folder/configure.log" configure_cross Macos "$folder"
  if [ -n "$fast" ]; then
    step "macos: layers, and no macro of macOS behind ::" "$folder/layers.log" \
      cmake "-DROOT=$root" -P "$root/tools/cmake/CheckLayers.cmake"
    step "macos: compile the layers that have sources for macOS, exo-leash" "$folder/compile.log" compile_fast "$folder"
    step "macos: link exo-leash" "$folder/link.log" link_leash "$folder"
  else
    step "macos: compile and link exo-leash and exo-harness" "$folder/compile.log" \
      cmake --build "$folder" --target exo-leash exo-harness -- -k 0
    step "macos: Mach-O" "$folder/link.log" is_macho "$folder/bin/exo-leash" "$folder/bin/exo-harness"
    step "macos: compile and link the rest, suites and tests" "$folder/compile-rest.log" cmake --build "$folder" -- -k 0
  fi
}

prepare_macos() {
  local into=$1 newest=$2 name
  local -a includes
  if [ -n "$newest" ]; then
    newest_packages "$into/newest"
    includes=("$into"/newest/usr/include "$into"/newest/usr/include/*-linux-gnu)
  else
    mapfile -t includes < <(system_includes)
  fi
  prepare_cross "$into" "$root/tools/platforms/macos-headers" "${includes[@]}"
  for name in curl crypto z; do exports_of "$name" > "$into/packages/lib/lib$name.tbd"; done
}

# exports_of NAME: a text-based stub of a Mac's library, which exports what this system's does. Whatever else is undefined
# is an error of the link.
exports_of() {
  local library symbols
  library=$(system_library "$1")
  symbols=$(nm -D --defined-only "$library" | awk '$2 ~ /^[TDBRVWi]$/ { sub(/@.*/, "", $3); print "_" $3 }' | sort -u | paste -sd, -)
  cat << TEXT
--- !tapi-tbd
tbd-version: 4
targets: [ arm64-macos ]
install-name: '/usr/lib/lib$1.dylib'
exports:
  - targets: [ arm64-macos ]
    symbols: [ $symbols ]
...
TEXT
}

# The header packages of Debian's unstable, which is about as new as Homebrew.
newest_packages() {
  local into=$1 package
  local -a apt=(-o "Dir::State=$into/state" -o "Dir::Cache=$into/cache" -o "Dir::Etc::SourceList=$into/sources.list"
    -o Dir::Etc::SourceParts=/dev/null -o "APT::Sandbox::User=$(id -un)")
  rm -rf "$into" && mkdir -p "$into/state/lists/partial" "$into/cache/archives/partial" "$into/debs"
  echo "deb $(debian_mirror) unstable main" > "$into/sources.list"
  apt-get "${apt[@]}" -qq update
  (cd "$into/debs" && apt-get "${apt[@]}" -qq download libfmt-dev nlohmann-json3-dev libcli11-dev libtomlplusplus-dev \
    libkainjow-mustache-dev libcurl4-openssl-dev libssl-dev zlib1g-dev)
  for package in "$into"/debs/*.deb; do dpkg-deb -x "$package" "$into"; done
}

# objects_of FOLDER PATTERN: the object files of a build whose path matches.
objects_of() {
  ninja -C "$1" -t targets all | sed -n 's/: CXX_COMPILER.*//p' | grep -E "$2"
}

compile_fast() {
  local -a objects
  # Batches of a layer (tools/cmake/ExoBatchSources.cmake).
  mapfile -t objects < <(objects_of "$1" 'exo_harness\.dir/Unity/unity___src_(core|journal|process|http|model|cluster)_|exo-leash\.dir/')
  [ ${#objects[@]} -ge 7 ] || { echo "only ${#objects[@]} batches were chosen: are they elsewhere now?"; return 1; }
  ninja -C "$1" -k 0 "${objects[@]}"
}

# By hand: in the library that CMake links are layers that were not compiled.
link_leash() {
  local library leash
  cd "$1"
  library=$(objects_of . 'exo_harness\.dir/Unity/unity___src_(core|journal|process)_')
  leash=$(objects_of . 'exo-leash\.dir/')
  rm -f leash.a exo-leash
  # shellcheck disable=SC2086
  cross/bin/zig-ar rcs leash.a $library
  # shellcheck disable=SC2086
  cross/bin/zig-c++ -target aarch64-macos.14.0 -o exo-leash $leash leash.a
  is_macho exo-leash
}

is_macho() {
  local file magic
  for file in "$@"; do
    magic=$(od -An -tx4 -N4 "$file" | tr -d ' ')
    [ "$magic" = feedfacf ] || { echo "$file is no Mach-O file: it begins with $magic"; return 1; }
  done
}
