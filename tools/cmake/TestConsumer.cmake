# cmake -DPREFIX=<where the package is installed> -DCONSUMER=<folder of the consumer project> -P TestConsumer.cmake
#
# Configures, builds and runs the consumer project from a copy outside the tree.
cmake_minimum_required(VERSION 3.25)
string(RANDOM LENGTH 8 id)
set(place "$ENV{TMPDIR}")
if(NOT place)
  set(place /tmp)
endif()
set(place "${place}/exo-consumer-${id}")

function(must)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    file(REMOVE_RECURSE "${place}")
    message(FATAL_ERROR "${ARGV}: ${result}\n${output}")
  endif()
endfunction()

file(COPY "${CONSUMER}/" DESTINATION "${place}/source")
must(${CMAKE_COMMAND} -S "${place}/source" -B "${place}/build" -G Ninja "-DCMAKE_PREFIX_PATH=${PREFIX}"
  -DCMAKE_BUILD_TYPE=Debug)
must(${CMAKE_COMMAND} --build "${place}/build")
must("${place}/build/consumer")
must("${place}/build/suite_consumer")
file(REMOVE_RECURSE "${place}")
