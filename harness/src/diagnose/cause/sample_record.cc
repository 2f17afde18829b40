#include "exo_harness/diagnose/cause/sample_record.h"

#include <cmath>

namespace exo_harness::diagnose {

journal::ProcessLooked record_of(const process::ProcessSample& sample) {
  return {sample.pid,
          sample.rank,
          sample.is_runner,
          sample.node,
          sample.command,
          std::string(1, sample.state),
          static_cast<int>(std::lround(sample.cpu_percent)),
          sample.stack,
          sample.no_stack};
}

process::ProcessSample sample_of(const journal::ProcessLooked& record) {
  process::ProcessSample sample;
  sample.pid = static_cast<pid_t>(record.pid);
  sample.rank = record.rank;
  sample.is_runner = record.is_runner;
  sample.node = record.node;
  sample.command = record.command;
  sample.state = record.state.empty() ? '?' : record.state.front();
  sample.cpu_percent = record.cpu_percent;
  sample.stack = record.stack;
  sample.no_stack = record.no_stack;
  return sample;
}

}  // namespace exo_harness::diagnose
