#pragma once

#include <string>

#include "context.h"

namespace exo_harness::fake {

/// The lines that a runner writes, with the module names of the node's generation (contract 5.1, 14).
class RunnerLog {
 public:
  explicit RunnerLog(Context& context) : context_(context) {}

  void plan(const std::string& task);
  void start_task(const std::string& task, const std::string& task_id, const std::string& instance);
  void created();
  void connecting(int rank, const Json& instance, const std::string& own_node);
  void connected(int rank);
  void loading();
  void load_alone(const Json& instance);
  void load_group(int rank, std::size_t world, const std::string& directory, bool tensor);
  void loaded(bool alone, double seconds);
  void warming_up(const std::string& model);
  void ready_first(double seconds);
  void received(const std::string& task_id, const std::string& command, const Json& params);
  void prefill(std::size_t tokens);
  void ready();
  void crashed(const std::string& runner, const std::string& type, const std::string& text);
  void exited(int code, const std::string& error_text);
  void terminated(const std::string& cause);
  void shutting_down();
  void gone(int code);
  void stuck();
  /// What stands in `RunnerFailed.errorMessage` after an exception.
  std::string failure_text(const std::string& type, const std::string& text) const;

 private:
  void runner(const char* place_v1, const char* place_main, const std::string& text);
  std::string traceback(const std::string& type, const std::string& text) const;

  Context& context_;
};

}  // namespace exo_harness::fake
