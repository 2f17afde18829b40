# Sources, public headers and tests of the layer `exo`.
target_sources(exo_harness PRIVATE
  src/exo/chat_follower.cc src/exo/chat_json.cc src/exo/chat_request.cc src/exo/chat_stream.cc src/exo/client.cc
  src/exo/dialect.cc src/exo/dialect_claude.cc src/exo/dialect_ollama.cc src/exo/dialect_request.cc src/exo/dialect_responses.cc src/exo/edge_index.cc src/exo/errors.cc
  src/exo/event_replay.cc
  src/exo/instance.cc src/exo/json_reader.cc src/exo/json_slices.cc
  src/exo/kept_bytes.cc src/exo/kept_state.cc src/exo/log_line.cc
  src/exo/mode.cc src/exo/models.cc src/exo/node_facts.cc src/exo/parse_state.cc src/exo/plain_frame.cc src/exo/previews.cc src/exo/proven_mode.cc
  src/exo/rank_progress.cc src/exo/read_recording.cc src/exo/refusal.cc src/exo/runner.cc src/exo/runner_failures.cc src/exo/shape.cc src/exo/state.cc
  src/exo/state_reader.cc src/exo/tool.cc src/exo/topology.cc src/exo/version.cc src/exo/version_signs.cc src/exo/work.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/exo/chat.h include/exo_harness/exo/client.h include/exo_harness/exo/log_line.h
  include/exo_harness/exo/mode.h include/exo_harness/exo/placement.h include/exo_harness/exo/rank_progress.h
  include/exo_harness/exo/runner_failures.h include/exo_harness/exo/state.h
  include/exo_harness/exo/tool.h include/exo_harness/exo/topology.h)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/exo/chat_follower.h include/exo_harness/exo/dialect.h include/exo_harness/exo/edge_index.h include/exo_harness/exo/recording.h
  include/exo_harness/exo/shape.h include/exo_harness/exo/state_memory.h include/exo_harness/exo/version.h)
exo_add_unit_test(exo_contract LABELS contract SOURCES
  src/exo/recording.cc src/exo/recordings_test.cc src/exo/replay.cc src/exo/replay_test.cc
  src/exo/sse_recordings_test.cc src/http/scripted_server.cc src/http/sse_cuts.cc)
if(EXO_HARNESS_BUILD_TESTS)
  add_test(NAME exo_contract.SseSoak COMMAND test_exo_contract --gtest_also_run_disabled_tests --gtest_filter=SseSoak.*)
  set_tests_properties(exo_contract.SseSoak PROPERTIES LABELS soak TIMEOUT 600)
endif()
exo_add_unit_test(exo SOURCES
  src/exo/dialect_test.cc src/exo/mode_test.cc src/exo/mutation_test.cc src/exo/parse_test.cc src/exo/plain_frame_test.cc src/exo/recording.cc src/exo/runner_failures_test.cc src/exo/shape_test.cc src/exo/tool_test.cc
  src/exo/version_test.cc src/exo/watch_test.cc
  src/http/scripted_server.cc)
