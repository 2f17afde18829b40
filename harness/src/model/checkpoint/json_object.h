#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace exo_harness::model {

/// What the parser says, without its own tags; for people.
std::string json_complaint(const nlohmann::json::exception& error);

/// Reads keys of an object under any of several names; null counts as absent. Fails: HarnessError with file and key.
class JsonObject {
 public:
  using Names = std::initializer_list<const char*>;
  /// `inner`: looked into when `outer` has none of the names; may be null.
  JsonObject(const nlohmann::json& outer, const nlohmann::json* inner, std::string_view name)
      : outer_(&outer), inner_(inner), name_(name) {}

  const nlohmann::json* find(Names names, const char** found = nullptr) const;
  bool has(Names names) const { return find(names) != nullptr; }
  /// 0 … `most`; 0 when absent. A list gives its largest number (engines that size by the largest).
  std::uint64_t number(Names names, std::uint64_t most) const;
  int small_number(Names names) const;
  std::vector<int> small_numbers(Names names) const;
  std::string text(Names names) const;
  bool flag(Names names) const;
  /// As Python's `if`: false for null, false, 0 and what is empty, true for everything else.
  bool truth(Names names) const;
  std::vector<std::string> texts(Names names) const;

 private:
  [[noreturn]] void fail(const char* key, std::string_view expected) const;

  const nlohmann::json* outer_;
  const nlohmann::json* inner_;
  std::string name_;
};

}  // namespace exo_harness::model
