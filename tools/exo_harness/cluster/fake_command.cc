#include "cluster/fake_command.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <stdlib.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

#include "app/tool_paths.h"

namespace exo_harness::tools {
namespace {

struct FakeOptions {
  int nodes = 2;
  double speed = 1;
  std::vector<std::string> rest;
};

/// Becomes the start script of the fake, in the foreground: ctrl-C ends the cluster.
void become_fake_cluster(const FakeOptions& options) {
  const std::string script = find_program("start-fake-cluster").string();
  ::setenv("EXO_HARNESS_NODES", std::to_string(options.nodes).c_str(), 1);
  ::setenv("EXO_FAKE_SPEED", format("{}", options.speed).c_str(), 1);
  std::vector<std::string> words = {script};
  words.insert(words.end(), options.rest.begin(), options.rest.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(script.c_str(), argv.data());
  throw HarnessError(format("cannot start {}: {}", script, std::strerror(errno)),
                     "build all of it again with tools/run");
}

}  // namespace

void add_fake_command(CLI::App& app, int&) {
  CLI::App* fake = app.add_subcommand("fake", "A fake cluster to play with");
  fake->require_subcommand(1);
  CLI::App* up = fake->add_subcommand("up", "Start fake nodes in the foreground; ctrl-C ends them");
  auto options = std::make_shared<FakeOptions>();
  up->add_option("--nodes", options->nodes, "How many")->check(CLI::Range(1, 64))->capture_default_str();
  up->add_option("--speed", options->speed, "Factor on Exo's timings; 0 is as fast as possible")->capture_default_str();
  up->add_option("ARGUMENT", options->rest, "More arguments of the start script, after --");
  up->callback([options] { become_fake_cluster(*options); });
}

}  // namespace exo_harness::tools
