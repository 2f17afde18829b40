#include "world/start.h"

#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "exo_harness/core/format.h"

namespace exo_harness::fake {
namespace {

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

void log_settings(Log& log, const Options& options) {
  if (options.is_zenoh()) {
    // Exo reads it for this line only; `--namespace` parts clusters.
    const char* space = std::getenv("EXO_ZENOH_NAMESPACE");
    log.info("exo.main:main_inner:342", format("pid = {}", ::getpid()));
    log.info("exo.main:main_inner:347", format("EXO_ZENOH_NAMESPACE: {}", space ? space : "None"));
    return log.info("exo.main:main_inner:350", "Running in OFFLINE mode — no internet checks, local models only");
  }
  const bool is_main = options.is_main();
  const std::string where = is_main ? "exo.main:main_inner:" : "exo.main:main:";
  const std::string line(40, '=');
  log.info(where + (is_main ? "341" : "275"), line);
  log.info(where + (is_main ? "342" : "276"), format("Starting EXO | pid={}", ::getpid()));
  log.info(where + (is_main ? "343" : "277"), line);
  log.info(where + (is_main ? "344" : "278"), "EXO_LIBP2P_NAMESPACE: " + options.name_space);
  log.info(where + (is_main ? "347" : "281"), "Running in OFFLINE mode — no internet checks, local models only");
}

}  // namespace

void log_start(Log& log, const Options& options, const std::string& id) {
  const bool is_main = options.is_main();
  log_settings(log, options);
  if (options.is_zenoh()) log.info("logging:handle:1681", "Using ZID: " + id);
  log.info(options.is_zenoh() ? "exo.main:create:75"
           : is_main          ? "exo.main:create:74"
                              : "exo.main:create:69",
           "Starting node " + id);
  log.info("exo.shared.election:run:87", "Starting Election");
  log.info(is_main ? "exo.download.coordinator:run:139" : "exo.download.coordinator:run:134",
           "Starting DownloadCoordinator (offline mode)");
  log.info(is_main ? "exo.worker.main:run:103" : "exo.worker.main:run:101", "Starting Worker");
  log.info(is_main ? "exo.master.main:run:151" : "exo.master.main:run:101", "Starting Master");
  log.info(is_main ? "exo.api.main:run:1915" : "exo.api.main:run:1766", "Starting API");
}

bool ends_at_start(const Options& options) {
  if (!options.is_zenoh()) return false;
  const bool has_variable = is_set("EXO_LIBP2P_NAMESPACE");
  if (!has_variable && options.bootstrap_peers.empty() && !is_set("EXO_BOOTSTRAP_PEERS")) return false;
  Log log(options.log_file);
  if (has_variable)
    log.info("exo.main:main_inner:342", format("pid = {}", ::getpid()));
  else
    log_settings(log, options);
  const char* why = has_variable ? "EXO_LIBP2P_NAMESPACE has been removed - use EXO_ZENOH_NAMESPACE instead"
                                 : "Bootstrap peers has been temporarily removed";
  std::fprintf(stderr,
               "Traceback (most recent call last):\n  File \"/opt/exo/src/exo/main.py\", line %d, in main_inner\n"
               "ValueError: %s\n",
               has_variable ? 344 : 353, why);
  return true;
}

}  // namespace exo_harness::fake
