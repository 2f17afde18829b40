#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/doctor/exo_here.h"

#include "checks.h"

namespace exo_harness::doctor {
namespace {

using Status = Check::Status;

constexpr const char* kHere = "this machine";
constexpr const char* kWhere = "Name a checkout of Exo, or its environment: `doctor --exo FOLDER`.";

std::string version_of(const ExoInstallation& found, const std::string& package) {
  const auto at = found.packages.find(package);
  return at == found.packages.end() ? "" : at->second;
}

class ExoChecks {
 public:
  explicit ExoChecks(const ExoHere& here) : here_(here) {}

  std::vector<Check> run(bool cluster_expected_up) {
    for (const ExoInstallation& found : here_.installations) {
      exo(found);
      mlx(found);
      python(found);
    }
    if (here_.installations.empty()) nothing_found();
    one_version();
    running(cluster_expected_up);
    return checks_.take();
  }

 private:
  // The package is 0.3.70 in both generations (contract 13): the name that git has for the source tells more.
  void exo(const ExoInstallation& found) {
    std::vector<std::string> known;
    if (const std::string version = version_of(found, "exo"); !version.empty()) known.push_back("package " + version);
    if (!found.checkout.empty()) known.push_back("source " + found.checkout);
    if (const std::string version = version_of(found, "exo-pyo3-bindings"); known.empty() && !version.empty())
      known.push_back("only its bindings are installed, " + version);
    checks_.add("exo-version", kHere, known.empty() ? Status::unknown : Status::good,
                format("{} in {} ({})", known.empty() ? "not known here" : join(known, ", "), found.root.string(),
                       found.found_by),
                "known");
  }

  void mlx(const ExoInstallation& found) {
    const std::string version = version_of(found, "mlx");
    const std::string lm = version_of(found, "mlx-lm");
    Check& c = checks_.add("mlx-version", kHere, version.empty() ? Status::bad : Status::good,
                           version.empty() ? "no MLX in " + found.root.string()
                                           : format("MLX {}, mlx-lm {}", version, lm.empty() ? "missing" : lm),
                           "MLX in Exo's environment");
    c.fix = "Run `uv sync --extra mlx` (or the extra that Exo's README names for the platform), restart the node.";
    c.prevents = "start-mlx-missing";
  }

  void python(const ExoInstallation& found) {
    const bool known = !found.python.empty();
    const bool fits = found.python == "3.13" || found.python.starts_with("3.13.");
    Check& c = checks_.add("python-version", kHere,
                           !known ? Status::unknown
                           : fits ? Status::good
                                  : Status::warning,
                           (known ? found.python : "not known here") + in_path(), "3.13 in Exo's environment");
    c.fix = known ? "Run `uv sync` in the checkout: both known generations ask for Python 3.13, which uv brings." : "";
    if (known) c.prevents = "a start that fails at import, or packages built for another Python";
  }

  std::string in_path() const {
    return format("; in PATH: python3 {}, uv {}", here_.python3.empty() ? "not found" : here_.python3,
                  here_.uv.empty() ? "not found" : here_.uv);
  }

  void nothing_found() {
    const std::string where = here_.nothing_in.empty() ? "" : here_.nothing_in + ", ";
    const std::string none = format("not known here: no Exo environment in {}PATH or running", where);
    checks_.add("exo-version", kHere, Status::unknown, none, "known").fix = kWhere;
    checks_.add("mlx-version", kHere, Status::unknown, none, "known").fix = kWhere;
    checks_.add("python-version", kHere, Status::unknown, none + in_path(), "3.13 in Exo's environment").fix = kWhere;
  }

  void one_version() {
    std::vector<std::string> texts;
    for (const ExoInstallation& found : here_.installations) {
      const std::string text = found.checkout + " MLX " + version_of(found, "mlx");
      if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
    }
    if (texts.size() < 2) return;
    Check& c = checks_.add("exo-installations", kHere, Status::warning,
                           format("{} different ones: {}", texts.size(), join(texts, ", ")), "one Exo on a machine");
    c.fix = "Start Exo by its full path, or remove the other.";
    c.prevents = "another version than the one that was meant";
  }

  void running(bool cluster_expected_up) {
    if (!here_.processes_known) {
      checks_.add("exo-running", kHere, Status::unknown, "not known here: `ps` did not answer", "known");
      return;
    }
    std::vector<std::string> texts;
    bool app = false;
    for (const RunningExo& one : here_.running) {
      app = app || one.is_app;
      texts.push_back(format("{} pid {}", one.is_app ? "the EXO app" : "Exo", one.pid));
    }
    const std::size_t expected = cluster_expected_up ? 1 : 0;
    Check& c = checks_.add("exo-running", kHere, texts.size() > expected ? Status::warning : Status::good,
                           texts.empty() ? "none" : shorten(join(texts, ", "), 300),
                           cluster_expected_up ? "only the node that is meant" : "none");
    c.fix = app ? "Quit the EXO app: it starts a node of its own and starts it again."
                : "Stop the older Exo: `kill PID`; it holds ~/.exo/exo.pid and joins clusters by itself.";
    c.prevents = "start-pidfile-locked";
  }

  const ExoHere& here_;
  Checks checks_;
};

}  // namespace

std::vector<Check> check_exo_here(const ExoHere& here, bool cluster_expected_up) {
  return ExoChecks(here).run(cluster_expected_up);
}

}  // namespace exo_harness::doctor
