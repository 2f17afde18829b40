# cmake -DROOT=<repository> -P CheckLocalNames.cmake
#
# Fails where a function that is local to a file (in `namespace {`) has the name of one that is local to another file of
# the same layer or folder. The release build compiles such files in one batch (ExoBatchSources.cmake), where the two
# become overloads: a call may then mean the other one, without a word of the compiler.
cmake_minimum_required(VERSION 3.25)

file(GLOB_RECURSE files RELATIVE "${ROOT}" "${ROOT}/harness/*.cc" "${ROOT}/reports/*.cc" "${ROOT}/suites/*.cc"
  "${ROOT}/tools/*.cc")
list(FILTER files EXCLUDE REGEX "^tools/(cmake|bench|helpers)/|/e2e/|/main\\.cc$")  # Each a program of its own.
list(LENGTH files checked)
foreach(file IN LISTS files)
  string(REGEX MATCH "^(harness/src/[^/]+|reports/src/[^/]+|suites/[^/]+|tools/[^/]+/[^/]+)/" room "${file}")
  if(file MATCHES "_test\\.cc$|/test_model\\.cc$")
    set(room "${room}_test")  # Other targets.
  endif()
  string(MAKE_C_IDENTIFIER "${room}" room)
  file(READ "${ROOT}/${file}" text)
  string(REPLACE ";" "" text "\n${text}")
  string(REPLACE "[" "" text "${text}")  # CMake's lists mind brackets.
  string(REPLACE "]" "" text "${text}")
  string(FIND "${text}" "\nnamespace {\n" begin)
  while(NOT begin EQUAL -1)
    string(SUBSTRING "${text}" ${begin} -1 text)
    string(FIND "${text}" "\n}  // namespace\n" end)
    string(SUBSTRING "${text}" 0 ${end} part)
    string(REGEX MATCHALL "\n[a-zA-Z][A-Za-z0-9_:<>,&* ]*[ &*][a-z_0-9]+\\([^\n]*[{,]\n" functions "${part}")
    foreach(function IN LISTS functions)
      string(REGEX REPLACE "^\n[A-Za-z0-9_:<>,&* ]*[ &*]([a-z_0-9]+)\\(.*$" "\\1" name "${function}")
      if(DEFINED OF_${room}_${name} AND NOT OF_${room}_${name} STREQUAL file)
        message(SEND_ERROR "${file}: `${name}` is local to ${OF_${room}_${name}}, too: call one of them differently")
      endif()
      set(OF_${room}_${name} "${file}")
    endforeach()
    string(SUBSTRING "${text}" 1 -1 text)
    string(FIND "${text}" "\nnamespace {\n" begin)
  endwhile()
endforeach()
if(NOT DEFINED LEAST)
  set(LEAST 400)
endif()
if(checked LESS LEAST)
  message(SEND_ERROR "only ${checked} files were checked: is ROOT right?")
endif()
