# Sources, public headers and tests of the layer `cluster`.
target_sources(exo_harness PRIVATE
  src/cluster/attach.cc src/cluster/cluster.cc src/cluster/cluster_file.cc src/cluster/peers.cc
  src/cluster/phase_record.cc src/cluster/place.cc src/cluster/placement_follower.cc src/cluster/spec.cc
  src/cluster/state_diff.cc src/cluster/watcher.cc src/cluster/wholeness.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/cluster/cluster.h include/exo_harness/cluster/cluster_file.h
  include/exo_harness/cluster/placement_follower.h include/exo_harness/cluster/spec.h
  include/exo_harness/cluster/state_diff.h include/exo_harness/cluster/watcher.h
  include/exo_harness/cluster/wholeness.h)
