# Sources, public headers and tests of the layer `cluster`.
target_sources(exo_harness PRIVATE
  src/cluster/api_credentials.cc src/cluster/attach.cc src/cluster/cluster.cc src/cluster/cluster_file.cc src/cluster/evidence.cc src/cluster/faults.cc src/cluster/foreign_instance.cc src/cluster/instance_sightings.cc
  src/cluster/local_address.cc src/cluster/local_processes.cc
  src/cluster/log_collection.cc src/cluster/node_locks.cc src/cluster/peers.cc src/cluster/phase_record.cc src/cluster/place.cc
  src/cluster/placement_follower.cc src/cluster/request_liveness.cc src/cluster/spec.cc src/cluster/started_cluster.cc src/cluster/state_diff.cc
  src/cluster/view_watch.cc src/cluster/watcher.cc src/cluster/wholeness.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/cluster/cluster.h include/exo_harness/cluster/cluster_file.h
  include/exo_harness/cluster/instance_sightings.h include/exo_harness/cluster/placement_follower.h
  include/exo_harness/cluster/spec.h include/exo_harness/cluster/started_cluster.h
  include/exo_harness/cluster/watcher.h include/exo_harness/cluster/wholeness.h)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/cluster/api_credentials.h include/exo_harness/cluster/faults.h include/exo_harness/cluster/foreign_instance.h
  include/exo_harness/cluster/local_address.h include/exo_harness/cluster/node_locks.h include/exo_harness/cluster/request_liveness.h
  include/exo_harness/cluster/state_diff.h include/exo_harness/cluster/view_watch.h)
exo_add_unit_test(cluster SOURCES src/cluster/faults_test.cc src/cluster/foreign_instance_test.cc src/cluster/local_address_test.cc src/cluster/node_locks_test.cc src/cluster/peers_test.cc
  src/cluster/placement_follower_test.cc src/cluster/request_liveness_test.cc src/cluster/spec_test.cc src/cluster/state_builder.cc
  src/cluster/view_watch_test.cc src/cluster/watch_test.cc src/cluster/wholeness_test.cc src/http/scripted_server.cc)
