# Sources, public headers and tests of the layer `cluster`.
target_sources(exo_harness PRIVATE src/cluster/limits_table.cc src/cluster/up_state.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES include/exo_harness/cluster/up_state.h)
exo_add_unit_test(cluster_up_state SOURCES src/cluster/up_state_test.cc)
