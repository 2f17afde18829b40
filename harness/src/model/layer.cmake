# Sources, public headers and tests of the layer `model`.
set(own_binary src/model/fixture/own_binary_linux.cc)
if(APPLE)
  set(own_binary src/model/fixture/own_binary_macos.cc)
endif()
target_sources(exo_harness PRIVATE
  src/model/predict/analysis_json.cc src/model/checkpoint/architecture.cc src/model/checkpoint/bad_files.cc src/model/checkpoint/bias_table.cc src/model/stage/card_file.cc src/model/predict/card_reader.cc
  src/model/stage/check.cc src/model/checkpoint/config.cc src/model/stage/download.cc
  src/model/checkpoint/exo_rules.cc src/model/fixture/change.cc src/model/fixture/chip.cc src/model/fixture/expectation.cc src/model/checkpoint/extra_weights.cc src/model/checkpoint/facts.cc src/model/fixture/finding.cc src/model/fixture/fixture.cc
  src/model/fixture/fixtures_folder.cc src/model/checkpoint/folder.cc src/model/predict/generation_rules.cc src/model/checkpoint/json_object.cc
  src/model/predict/load_rules.cc src/model/stage/local_model.cc src/model/stage/locate.cc src/model/checkpoint/memory.cc src/model/checkpoint/odd_values.cc src/model/predict/nodes_facts.cc src/model/predict/packing_doubts.cc src/model/predict/placement_rules.cc
  src/model/fixture/lesson.cc src/model/checkpoint/lfs_pointer.cc src/model/checkpoint/marks.cc src/model/predict/prediction.cc src/model/fixture/prompt.cc src/model/checkpoint/python_json.cc src/model/checkpoint/safetensors.cc src/model/checkpoint/safetensors_sax.cc
  src/model/rehearse/rehearsal.cc src/model/rehearse/twin.cc
  src/model/checkpoint/required_keys.cc src/model/checkpoint/shard_index.cc src/model/stage/stage.cc src/model/stage/stage_record.cc src/model/stage/staging_folder.cc
  src/model/checkpoint/tensor_names.cc src/model/stage/published_hash.cc src/model/fixture/toml_values.cc src/model/stage/unstage.cc
  src/model/predict/rehearsed_prediction.cc src/model/predict/config_doubts.cc src/model/predict/config_rules.cc src/model/predict/configurations.cc src/model/predict/score.cc src/model/predict/seen.cc src/model/predict/weight_doubts.cc src/model/checkpoint/weight_table.cc
  ${own_binary})
set_source_files_properties(src/model/fixture/fixtures_folder.cc PROPERTIES
  COMPILE_DEFINITIONS "EXO_SOURCE_FIXTURES=\"${PROJECT_SOURCE_DIR}/fixtures\"")
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/model/checkpoint/config.h include/exo_harness/model/fixture/finding.h
  include/exo_harness/model/fixture/fixture.h include/exo_harness/model/checkpoint/folder.h
  include/exo_harness/model/predict/prediction.h include/exo_harness/model/checkpoint/safetensors.h)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/model/predict/analysis_json.h include/exo_harness/model/predict/configurations.h include/exo_harness/model/predict/rehearsed_prediction.h
  include/exo_harness/model/predict/score.h include/exo_harness/model/checkpoint/architecture.h
  include/exo_harness/model/stage/check.h include/exo_harness/model/stage/download.h
  include/exo_harness/model/checkpoint/facts.h include/exo_harness/model/checkpoint/marks.h include/exo_harness/model/fixture/change.h include/exo_harness/model/fixture/chip.h include/exo_harness/model/fixture/lesson.h include/exo_harness/model/stage/local_model.h
  include/exo_harness/model/rehearse/rehearsal.h include/exo_harness/model/rehearse/twin.h
  include/exo_harness/model/stage/locate.h include/exo_harness/model/stage/stage.h
  include/exo_harness/model/stage/published_hash.h)
exo_add_unit_test(model SOURCES
  src/model/checkpoint/architecture_test.cc src/model/fixture/chip_test.cc src/model/stage/check_test.cc src/model/checkpoint/config_test.cc
  src/model/stage/download_test.cc src/model/fixture/change_test.cc src/model/fixture/finding_test.cc
  src/model/fixture/fixture_test.cc src/model/fixture/lesson_test.cc src/model/checkpoint/folder_test.cc src/model/fuzz_test.cc
  src/model/stage/local_model_test.cc src/model/stage/locate_test.cc src/model/checkpoint/marks_test.cc src/model/predict/config_doubts_test.cc src/model/predict/config_rules_test.cc src/model/predict/prediction_test.cc src/model/predict/weight_doubts_test.cc
  src/model/checkpoint/python_json_test.cc
  src/model/checkpoint/safetensors_test.cc src/model/stage/stage_test.cc src/model/test_model.cc
  src/model/stage/published_hash_test.cc src/model/rehearse/twin_test.cc src/model/predict/rehearsed_prediction_test.cc src/model/predict/score_test.cc)
exo_add_unit_test(public_configurations LABELS contract SOURCES src/model/predict/configurations_test.cc)
if(EXO_HARNESS_BUILD_TESTS)
  add_test(NAME model.ReadersSoak COMMAND test_model --gtest_also_run_disabled_tests --gtest_filter=ModelReadersSoak.*)
  set_tests_properties(model.ReadersSoak PROPERTIES LABELS soak TIMEOUT 600)
endif()
