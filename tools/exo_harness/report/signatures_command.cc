#include "report/signatures_command.h"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/diagnose/signature/log_scan.h"
#include "exo_harness/diagnose/signature/signature.h"
#include "exo_harness/model/fixture/fixture.h"

namespace exo_harness::tools {
namespace {

struct SignaturesOptions {
  std::string file;  ///< Another signatures.toml.
  std::vector<std::string> logs;
  bool json = false;
};

diagnose::SignatureBook book_of(const SignaturesOptions& options) {
  if (!options.file.empty()) return diagnose::SignatureBook::load(options.file);
  return diagnose::SignatureBook::standard(model::fixtures_folder());
}

// Those of our own tools, too: they explain no log.
std::vector<diagnose::SignatureBook> all_books(const SignaturesOptions& options) {
  std::vector<diagnose::SignatureBook> books{book_of(options)};
  if (options.file.empty())
    books.push_back(diagnose::SignatureBook::standard(model::fixtures_folder(), diagnose::kHuggingFaceSignatures));
  return books;
}

std::string kind_of(const diagnose::Signature& s) {
  return s.benign ? "benign" : s.echo ? "echo" : std::string(to_string(s.blame));
}

int list(const SignaturesOptions& options) {
  nlohmann::json all = nlohmann::json::array();
  const diagnose::SignatureBook book = book_of(options);
  for (const diagnose::Signature& s : book.all()) {
    if (options.json) {
      all.push_back({{"id", s.id},
                     {"stage", to_string(s.stage)},
                     {"subsystem", s.subsystem},
                     {"kind", kind_of(s)},
                     {"cause", s.cause},
                     {"remedy", s.remedy},
                     {"pattern", s.pattern},
                     {"literal", s.literal},
                     {"source", s.source}});
    } else {
      fmt::print("{:<38} {:<11} {:<12} {}\n", s.id, to_string(s.stage), kind_of(s), shorten(s.pattern, 70));
    }
  }
  if (options.json) fmt::print("{}\n", all.dump(1));
  return to_int(ExitCode::passed);
}

void print_hit(const diagnose::Hit& hit) {
  fmt::print("{}:{}: {} ({}){}\n", hit.source, hit.line, hit.signature->id, kind_of(*hit.signature),
             hit.time.empty() ? "" : " at " + hit.time);
  for (const std::string& line : hit.before) fmt::print("    {}\n", shorten(line, 200));
  fmt::print("  > {}\n", shorten(hit.text, 400));
  for (const std::string& line : hit.after) fmt::print("    {}\n", shorten(line, 200));
  fmt::print("  cause: {}\n  remedy: {}\n\n", hit.signature->cause, hit.signature->remedy);
}

nlohmann::json json_of(const diagnose::Hit& hit) {
  return {{"id", hit.signature->id},
          {"file", hit.source},
          {"line", hit.line},
          {"time", hit.time},
          {"text", hit.text},
          {"kind", kind_of(*hit.signature)},
          {"cause", hit.signature->cause},
          {"remedy", hit.signature->remedy}};
}

int match(const SignaturesOptions& options) {
  const diagnose::SignatureBook book = book_of(options);
  nlohmann::json all = nlohmann::json::array();
  bool serious = false;
  for (const std::string& log : options.logs) {
    for (const diagnose::Hit& hit : diagnose::scan_file(book, log, {}).hits) {
      serious = serious || !hit.signature->benign;
      options.json ? all.push_back(json_of(hit)) : print_hit(hit);
    }
  }
  if (options.json) fmt::print("{}\n", all.dump(1));
  if (!options.json && !serious) fmt::print("no known failure in {}\n", join(options.logs, ", "));
  return to_int(serious ? ExitCode::failed : ExitCode::passed);
}

int check(const SignaturesOptions& options) {
  std::size_t count = 0, unsound = 0;
  for (const diagnose::SignatureBook& book : all_books(options)) {
    const std::vector<std::string> trouble = diagnose::check_signatures(book);
    for (const std::string& line : trouble) fmt::print("{}\n", line);
    count += book.all().size(), unsound += trouble.size();
  }
  fmt::print("{} signatures, {} unsound\n", count, unsound);
  return to_int(unsound == 0 ? ExitCode::passed : ExitCode::failed);
}

}  // namespace

void add_signatures_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("signatures", "Known failures: which there are, and which are in a log");
  command->require_subcommand(1);
  auto options = std::make_shared<SignaturesOptions>();
  command->add_option("--file", options->file, "Another signatures.toml")->check(CLI::ExistingFile);
  CLI::App* lists = command->add_subcommand("list", "All known failures");
  lists->add_flag("--json", options->json, "For scripts");
  lists->callback([options, &exit_code] { exit_code = list(*options); });
  CLI::App* matches = command->add_subcommand("match", "Known failures in logs; exit 1 when there is one");
  matches->add_option("FILE", options->logs, "Logs of nodes, or any text")->required()->check(CLI::ExistingFile);
  matches->add_flag("--json", options->json, "For scripts");
  matches->callback([options, &exit_code] { exit_code = match(*options); });
  CLI::App* checks = command->add_subcommand("check", "Whether the signatures themselves are sound");
  checks->callback([options, &exit_code] { exit_code = check(*options); });
}

}  // namespace exo_harness::tools
