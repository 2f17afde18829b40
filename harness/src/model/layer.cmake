# Sources, public headers and tests of the layer `model`.
set(own_binary src/model/own_binary_linux.cc)
if(APPLE)
  set(own_binary src/model/own_binary_macos.cc)
endif()
target_sources(exo_harness PRIVATE
  src/model/expectation.cc src/model/fixture.cc src/model/fixtures_folder.cc src/model/prompt.cc src/model/toml_table.cc
  ${own_binary})
set_source_files_properties(src/model/fixtures_folder.cc PROPERTIES
  COMPILE_DEFINITIONS "EXO_SOURCE_FIXTURES=\"${PROJECT_SOURCE_DIR}/fixtures\"")
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES include/exo_harness/model/fixture.h)
exo_add_unit_test(model SOURCES src/model/fixture_test.cc)
