# Sources, public headers and tests of the layer `gtest`; they belong to the target exo_harness_gtest.
target_sources(exo_harness_gtest PRIVATE src/gtest/run.cc)
target_sources(exo_harness_gtest PUBLIC FILE_SET HEADERS BASE_DIRS include FILES include/exo_harness/gtest/run.h)
