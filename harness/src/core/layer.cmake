# Sources, public headers and tests of the layer `core`.
target_sources(exo_harness PRIVATE
  src/core/clock.cc src/core/digest.cc src/core/environment.cc src/core/error.cc src/core/excerpt.cc src/core/few.cc
  src/core/file.cc src/core/locked_folder.cc src/core/outcome.cc src/core/phase.cc src/core/progress.cc
  src/core/redact.cc src/core/redacted_copy.cc src/core/test_name.cc src/core/text.cc src/core/verdict.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/core/clock.h include/exo_harness/core/deadline.h include/exo_harness/core/error.h
  include/exo_harness/core/exit_code.h include/exo_harness/core/file.h include/exo_harness/core/format.h
  include/exo_harness/core/outcome.h include/exo_harness/core/phase.h include/exo_harness/core/progress.h
  include/exo_harness/core/redact.h include/exo_harness/core/text.h include/exo_harness/core/verdict.h)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/core/digest.h include/exo_harness/core/environment.h include/exo_harness/core/excerpt.h
  include/exo_harness/core/few.h include/exo_harness/core/finder_file.h include/exo_harness/core/locked_folder.h include/exo_harness/core/number.h
  include/exo_harness/core/redacted_copy.h include/exo_harness/core/test_name.h
  include/exo_harness/core/utf8.h)
exo_add_unit_test(core SOURCES
  src/core/digest_test.cc src/core/file_test.cc src/core/locked_folder_test.cc src/core/outcome_test.cc src/core/redact_test.cc src/core/test_name_test.cc src/core/text_test.cc
  src/core/known_secrets_test.cc src/core/number_test.cc src/core/redacting_stream_test.cc src/core/words_test.cc)
# Taking secrets out.
target_sources(exo_harness PRIVATE
  src/core/anchor_set.cc src/core/assigned_value.cc src/core/command_secret.cc
  src/core/encoded_forms.cc src/core/harmless.cc
  src/core/known_secrets.cc src/core/named_secret.cc src/core/plain_view.cc
  src/core/private_key.cc src/core/redacting_stream.cc src/core/secret_name.cc src/core/secret_shapes.cc
  src/core/secret_spans.cc)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/core/harmless.h include/exo_harness/core/redacting_stream.h)
# In a batch it would bring libcrypto into exo-leash, which wants none of it.
set_source_files_properties(src/core/digest.cc PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
