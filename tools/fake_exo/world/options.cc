#include "world/options.h"

#include <algorithm>
#include <cstdlib>

#include <CLI/CLI.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/text.h"

namespace exo_harness::fake {
namespace {

namespace fs = std::filesystem;

/// The first that exists of: beside the binary (installed), the source tree.
fs::path data_beside(const std::string& program, const fs::path& installed, const fs::path& source) {
  std::error_code error;
  const fs::path beside = fs::weakly_canonical(fs::path(program), error).parent_path() / installed;
  return fs::exists(beside, error) ? beside : source;
}

void split_addresses(const std::string& list, std::vector<Address>& out) {
  for (std::string_view part : split(list, ','))
    if (!trim(part).empty()) out.push_back(parse_address(std::string(trim(part))));
}

void split_names(const std::string& list, std::vector<std::string>& out) {
  for (std::string_view part : split(list, ','))
    if (!trim(part).empty()) out.emplace_back(trim(part));
}

}  // namespace

std::string_view to_string(Generation generation) {
  switch (generation) {
    case Generation::v1_0_71:
      return "v1.0.71";
    case Generation::main:
      return "main";
    case Generation::zenoh:
      break;
  }
  return "zenoh";
}

Address parse_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  char* end = nullptr;
  const long port = colon == std::string::npos ? -1 : std::strtol(text.c_str() + colon + 1, &end, 10);
  if (port < 0 || port > 65535 || *end != '\0')
    throw UsageError("'" + text + "' is not an address", "write it as HOST:PORT, for example 127.0.0.12:52415");
  return {text.substr(0, colon), static_cast<std::uint16_t>(port)};
}

std::chrono::milliseconds Options::scaled(double seconds, std::chrono::milliseconds least) const {
  return std::max(least, std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000 * speed)));
}

std::vector<fs::path> Options::recorded_answers() const {
  std::vector<fs::path> folders;
  for (const Generation each : {generation, Generation::zenoh, Generation::main, Generation::v1_0_71}) {
    const std::string version(to_string(each));
    const std::string folder = each == Generation::v1_0_71 ? version : version + "-2026-06";
    folders.push_back(prompts.parent_path() / "recordings" / folder / "minis");
  }
  return folders;
}

Options parse_options(int argc, char** argv) {
  Options options;
  options.program = argv[0];
  std::string peers, generation = "v1.0.71", models, memory;
  CLI::App app{"One node of a fake Exo cluster: the real API, simulated runners, injected faults."};
  app.add_option("--host", options.listen.host, "address to listen on");
  app.add_option("--port", options.listen.port, "port of API and membership; 0: any");
  app.add_option("--port-file", options.port_file, "write the bound port here");
  app.add_option("--peers", peers, "other nodes, HOST:PORT,...");
  app.add_option("--name", options.name, "friendly name");
  app.add_option("--namespace", options.name_space, "nodes of another namespace are ignored");
  app.add_option("--log-file", options.log_file, "exo.log");
  app.add_option("--data", options.data_folder, "folder of the catalogue");
  app.add_option("--prompts", options.prompts, "folder of the answer table");
  app.add_option("--models", models, "ids or folders of the models that are here, comma between");
  app.add_option("--generation", generation, "v1.0.71, main or zenoh")
      ->check(CLI::IsMember({"v1.0.71", "main", "zenoh"}));
  app.add_option("--speed", options.speed, "factor on all times; 0: as fast as possible")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--memory", options.memory_bytes, "bytes of free memory");
  app.add_option("--rdma", options.rdma, "scenario of Thunderbolt and RDMA (README.md)");
  app.add_option("--index", options.index, "which host of the RDMA scenario this is, from 0");
  app.add_option("--count", options.count, "number of hosts of the RDMA scenario");
  app.add_option("--fault", options.faults, "fault, repeatable (README.md)");
  app.add_option("--basic", options.basic, "401 for who does not send this after Authorization: Basic");
  app.add_option("--bootstrap-peers", options.bootstrap_peers, "a flag that zenoh has no more and ends at");
  app.add_flag("--ignore-sigterm", options.ignore_sigterm, "do not end on SIGTERM");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    std::exit(app.exit(help));
  } catch (const CLI::ParseError& error) {
    throw UsageError(std::string("fake_exo: ") + error.what(), "see fake_exo --help");
  }
  split_addresses(peers, options.peers);
  split_names(models, options.models);
  for (const Generation each : {Generation::v1_0_71, Generation::main, Generation::zenoh})
    if (generation == to_string(each)) options.generation = each;
  if (options.data_folder.empty())
    options.data_folder = data_beside(argv[0], "../../share/exo_harness/fake_exo", EXO_FAKE_DATA_DIR);
  if (options.prompts.empty()) {
    const char* fixtures = std::getenv("EXO_HARNESS_FIXTURES");
    options.prompts = fixtures ? fs::path(fixtures) / "prompts"
                               : data_beside(argv[0], "../../share/exo_harness/fixtures/prompts", EXO_FAKE_PROMPTS_DIR);
  }
  return options;
}

}  // namespace exo_harness::fake
