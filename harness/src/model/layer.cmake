# Sources, public headers and tests of the layer `model`.
set(own_binary src/model/own_binary_linux.cc)
if(APPLE)
  set(own_binary src/model/own_binary_macos.cc)
endif()
target_sources(exo_harness PRIVATE
  src/model/analysis_json.cc src/model/architecture.cc src/model/bad_files.cc src/model/card_file.cc src/model/card_reader.cc
  src/model/check.cc src/model/config.cc src/model/download.cc
  src/model/exo_rules.cc src/model/expectation.cc src/model/extra_weights.cc src/model/facts.cc src/model/finding.cc src/model/fixture.cc
  src/model/fixtures_folder.cc src/model/folder.cc src/model/generation_rules.cc src/model/json_object.cc
  src/model/load_rules.cc src/model/local_model.cc src/model/locate.cc src/model/memory.cc src/model/nodes_facts.cc src/model/placement_rules.cc
  src/model/lfs_pointer.cc src/model/prediction.cc src/model/prompt.cc src/model/python_json.cc src/model/safetensors.cc src/model/safetensors_sax.cc
  src/model/shard_index.cc src/model/stage.cc src/model/stage_record.cc src/model/staging_folder.cc
  src/model/tensor_names.cc src/model/told_hash.cc src/model/toml_values.cc src/model/unstage.cc
  src/model/weight_doubts.cc src/model/weight_table.cc
  ${own_binary})
set_source_files_properties(src/model/fixtures_folder.cc PROPERTIES
  COMPILE_DEFINITIONS "EXO_SOURCE_FIXTURES=\"${PROJECT_SOURCE_DIR}/fixtures\"")
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/model/analysis_json.h include/exo_harness/model/architecture.h
  include/exo_harness/model/check.h include/exo_harness/model/config.h include/exo_harness/model/download.h
  include/exo_harness/model/facts.h
  include/exo_harness/model/finding.h include/exo_harness/model/fixture.h include/exo_harness/model/folder.h
  include/exo_harness/model/local_model.h include/exo_harness/model/locate.h include/exo_harness/model/prediction.h
  include/exo_harness/model/safetensors.h include/exo_harness/model/stage.h
  include/exo_harness/model/told_hash.h)
exo_add_unit_test(model SOURCES
  src/model/architecture_test.cc src/model/check_test.cc src/model/config_test.cc
  src/model/download_test.cc src/model/finding_test.cc
  src/model/fixture_test.cc src/model/folder_test.cc src/model/fuzz_test.cc
  src/model/local_model_test.cc src/model/locate_test.cc src/model/prediction_test.cc
  src/model/python_json_test.cc
  src/model/safetensors_test.cc src/model/stage_test.cc src/model/test_model.cc
  src/model/told_hash_test.cc)
if(EXO_HARNESS_BUILD_TESTS)
  add_test(NAME model.ReadersSoak COMMAND test_model --gtest_also_run_disabled_tests --gtest_filter=ModelReadersSoak.*)
  set_tests_properties(model.ReadersSoak PROPERTIES LABELS soak TIMEOUT 600)
endif()
