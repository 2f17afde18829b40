# shellcheck shell=bash
# check-platforms libcxx: the unit and contract tests with clang and libc++, run here.

check_libcxx() {
  local folder=$root/build/libcxx
  [ $# = 0 ] || die "libcxx: unknown option $1"
  "$root/tools/setup"
  step "libcxx: compiler and packages" "$folder/prepare.log" prepare_libcxx "$folder/cross"
  step "libcxx: configure" "$folder/configure.log" configure_cross LinuxLibcxx "$folder"
  step "libcxx: build" "$folder/compile.log" cmake --build "$folder" -- -k 0
  step "libcxx: unit and contract tests" "$folder/test.log" \
    ctest --test-dir "$folder" -L 'unit|contract' --no-tests=error --output-on-failure -j 2
  grep -E '% tests passed|did not run' "$folder/test.log" | sed 's/^/libcxx: /'
}

prepare_libcxx() {
  local into=$1 name library
  local -a includes
  mapfile -t includes < <(system_includes)
  prepare_cross "$into" "$into/packages/include" "${includes[@]}"
  for name in curl crypto z; do
    library=$(system_library "$name")
    ln -s "$library" "$into/packages/lib/lib$name.so"
  done
}
