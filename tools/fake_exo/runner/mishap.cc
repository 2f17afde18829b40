#include "runner/mishap.h"

#include <map>

#include "exo_harness/core/text.h"

#include "runner/chunks.h"

namespace exo_harness::fake {
namespace {

using Kind = Mishap::Kind;

std::map<std::string, std::string> args_of(const Entry& entry) {
  return {
      {"phase", entry.phase}, {"rank", std::to_string(entry.rank)}, {"model", entry.model.id}, {"mode", entry.mode}};
}

std::string with_line_breaks(std::string text) {
  for (std::size_t at = 0; (at = text.find("\\n", at)) != std::string::npos;) text.replace(at, 2, "\n");
  return text;
}

void write_stderr(Context& context, const std::string& text) {
  if (context.options.is_main())
    context.log.warning("exo.worker.runner.supervisor:_watch_stderr:410", "Runner stderr: " + text);
  else
    context.log.raw(text + "\n");
}

std::optional<Mishap> mishap_of_model(const Entry& entry) {
  const auto& fails = entry.model.fails;
  if (!fails || fails->phase != entry.phase || (!fails->only.empty() && fails->only != entry.mode)) return {};
  return Mishap{Kind::fails, fails->type, fails->text};
}

std::optional<Mishap> mishap_of_rdma(const Options& options, const Entry& entry) {
  if (!entry.jaccl) return {};
  std::string phase;
  const std::string text = jaccl_failure(options.rdma, options.index, phase);
  if (text.empty() || phase != entry.phase) return {};
  if (text == "hang") return Mishap{Kind::hangs, "", ""};
  if (text == "signal=11") return Mishap{Kind::breaks_down, "", ""};
  // A rank that failed has closed its side.
  if (contains(text, "Recv failed")) return Mishap{Kind::fails_after_another, "RuntimeError", text};
  return Mishap{Kind::fails, contains(text, "queue pair") ? "ValueError" : "RuntimeError", text};
}

}  // namespace

void write_lines_of_faults(Context& context, const Entry& entry) {
  const auto args = args_of(entry);
  while (const auto fault = context.faults.take_each("log-lines", args))
    context.log.raw(with_line_breaks(fault->arg("text")) + "\n");
  while (const auto fault = context.faults.take_each("stderr", args))
    write_stderr(context, with_line_breaks(fault->arg("text")));
  context.faults.end_each();
}

bool is_killed(Context& context, const Entry& entry) {
  return context.faults.take("runner-killed", args_of(entry)).has_value();
}

std::optional<Mishap> mishap_at(Context& context, const Entry& entry) {
  const auto args = args_of(entry);
  if (context.faults.take("runner-hangs", args)) return Mishap{Kind::hangs, "", ""};
  if (const auto fault = context.faults.take("runner-fails", args))
    return Mishap{Kind::fails, fault->arg("type", "RuntimeError"), fault->arg("text", "injected failure")};
  if (auto mishap = mishap_of_model(entry)) return mishap;
  return mishap_of_rdma(context.options, entry);
}

std::optional<Mishap> mishap_of_words(const Json& task_params, bool is_main) {
  if (has_no_messages(task_params)) {
    if (!is_main) return Mishap{Kind::fails, "IndexError", "list index out of range"};
    return Mishap{Kind::fails, "ValueError",
                  "Cannot apply chat template to an empty conversation. Provide at least one message."};
  }
  const std::string first = first_message(task_params);
  if (contains(first, "EXO RUNNER MUST FAIL"))
    return Mishap{Kind::fails, "Exception", "Artificial runner exception - for testing purposes only."};
  if (contains(first, "EXO RUNNER MUST OOM"))
    return Mishap{Kind::fails, "ValueError", "[set_default_device] Cannot set gpu device without gpu backend."};
  return {};
}

}  // namespace exo_harness::fake
