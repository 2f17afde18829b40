#include <ctime>
#include <filesystem>

#include <unistd.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/bound_port.h"
#include "exo_harness/process/child.h"

#include "checks.h"

namespace exo_harness::doctor {
namespace {

using Status = Check::Status;

bool is_port_taken(int port) {
  const auto bound = process::bind_port("0.0.0.0", port, SOCK_STREAM, process::Reuse::closed_connections);
  return bound.socket && bound.port == 0;
}

std::string owner_of_port(int port) {
  const auto answer =
      process::ask_program({"lsof", "-nP", format("-iTCP:{}", port), "-sTCP:LISTEN"}, std::chrono::seconds(5));
  const std::vector<std::string_view> rows = lines(answer ? answer->output : std::string_view());
  return rows.size() > 1 ? shorten(printable(trim(rows[1])), 120) : "";
}

std::uint64_t available_memory() {
#ifdef _SC_AVPHYS_PAGES
  return static_cast<std::uint64_t>(::sysconf(_SC_AVPHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
#else
  return 0;
#endif
}

std::string time_zone() {
  const std::time_t now = std::time(nullptr);
  std::tm tm{};
  ::localtime_r(&now, &tm);
  char text[64] = "";
  std::strftime(text, sizeof text, "%Z %z", &tm);
  return text;
}

// Whether the row of lsof names a program that Exo never runs as. It shows nine letters of the name.
bool is_surely_another(std::string_view owner) {
  const std::string name = to_lower(owner.substr(0, owner.find(' ')));
  return !name.empty() && !name.starts_with("exo") && !name.starts_with("python") && !name.starts_with("uv");
}

}  // namespace

MachineFacts gather_machine(int api_port) {
  MachineFacts facts;
  facts.time_zone = time_zone();
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(std::filesystem::temp_directory_path(error), error);
  if (!error) facts.disk_available = space.available;
  facts.memory_available = available_memory();
  facts.port_taken = is_port_taken(api_port);
  if (facts.port_taken) facts.port_owner = owner_of_port(api_port);
  return facts;
}

std::vector<Check> check_machine(const MachineFacts& facts, bool cluster_expected_up) {
  constexpr const char* kHere = "this machine";
  Checks checks;
  checks.good("time-zone", kHere, facts.time_zone, "the same on all nodes");
  const bool disk = facts.disk_available == 0 || facts.disk_available > (2ull << 30);
  Check& space = checks.add("disk", kHere, disk ? Status::good : Status::bad,
                            human_bytes(facts.disk_available) + " free", "2 GB for logs and reports");
  space.fix = "Free space, or give another folder with --out.";
  space.prevents = "download-no-disk-space";
  if (facts.memory_available > 0) checks.good("memory", kHere, human_bytes(facts.memory_available) + " free", "known");
  const std::string whose = facts.port_owner.empty() ? "taken" : "taken by " + facts.port_owner;
  const Status port = facts.port_taken && !cluster_expected_up                  ? Status::bad
                      : facts.port_taken && is_surely_another(facts.port_owner) ? Status::warning
                                                                                : Status::good;
  Check& c = checks.add("api-port", kHere, port, facts.port_taken ? whose : "free",
                        cluster_expected_up ? "free, or Exo's" : "free");
  c.fix = "Stop the older Exo (or the EXO app), or use another `--api-port`.";
  c.prevents = "start-api-port-in-use";
  return checks.take();
}

}  // namespace exo_harness::doctor
