#pragma once

#include <cstdlib>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace exo_harness {

/// Why the system under test did not do what was asked of it. One class a symptom, never a guess of the cause.
enum class FailureKind {
  timed_out,     ///< The deadline passed; nothing said no.
  unreachable,   ///< No connection: refused, no route, name not found.
  refused,       ///< The other side said no: an HTTP status of 4xx or 5xx with its reason.
  malformed,     ///< An answer that is not what the contract says: bad JSON, bad SSE, wrong shape.
  empty_answer,  ///< Status 200 and no body: Exo's way of saying that the runner died (contract 10).
  error_in_200,  ///< Status 200 and an error event inside the stream.
  truncated,     ///< The answer ended before its end: no `[DONE]`, no finish reason, connection cut.
  stalled,       ///< The connection lives (keep-alives), the tokens do not come.
  exited,        ///< A process ended that should live, or ended with the wrong status.
  vanished,      ///< Something that was there is gone: an instance, a node.
  mismatch,      ///< It works, but it is not what was asked for: wrong mode, wrong node, wrong answer.
  unfit,         ///< The host or network cannot do it: no RDMA, port taken, too little memory.
};

/// The name of a kind in snake_case, as journals and reports spell it.
std::string_view to_string(FailureKind kind);

/// Returns nullopt for a name that is no kind.
std::optional<FailureKind> parse_failure_kind(std::string_view name);

/// An observation about the system under test, not an error of the harness.
struct Failure {
  FailureKind kind;
  std::string what;      ///< One line: what was seen and what was expected. No trailing newline.
  std::string evidence;  ///< The last lines of the log or body that show it; may be empty.
};

/// `kind: what`, and the evidence below it.
std::string to_string(const Failure& failure);

/// Lets GoogleTest print a Failure.
void PrintTo(const Failure& failure, std::ostream* os);

/// Ends the program because of our own bug: prints the place and the text, then aborts.
[[noreturn]] void abort_for_bug(std::string_view what, const char* file, int line);

/// What an operation on the cluster came to: a T, or the Failure seen instead.
///
/// Threads: like any value. Fails: reading the wrong side is our own bug and aborts.
template <class T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Outcome(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  const T& value() const& { return checked(); }
  T& value() & { return const_cast<T&>(checked()); }
  T&& value() && { return std::move(const_cast<T&>(checked())); }
  const T* operator->() const { return &checked(); }
  T* operator->() { return &const_cast<T&>(checked()); }
  const T& operator*() const { return checked(); }

  const Failure& failure() const {
    if (ok()) abort_for_bug("failure() of an outcome that holds a value", __FILE__, __LINE__);
    return std::get<1>(state_);
  }

 private:
  const T& checked() const {
    if (!ok()) abort_for_bug("value() of a failed outcome: " + to_string(std::get<1>(state_)), __FILE__, __LINE__);
    return std::get<0>(state_);
  }
  std::variant<T, Failure> state_;
};

/// The value of an operation that has no value.
struct Done {};

}  // namespace exo_harness
