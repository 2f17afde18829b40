#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "json/json.h"
#include "world/options.h"

namespace exo_harness::fake {

/// A load or connect that fails by what the model is.
struct ModelFailure {
  std::string phase, type, text;
  std::string only;  ///< `tensor-jaccl`, or empty for every mode.
};

/// A model that the fake knows.
struct Model {
  std::string id;
  Json card;  ///< As `modelCard` of /state: camelCase, the generation's fields in Exo's order.
  std::uint64_t storage_bytes = 0;
  std::uint64_t size_bytes = 0;  ///< What lies on disk.
  int layers = 0, hidden_size = 0;
  std::optional<int> kv_heads;
  bool supports_tensor = true;
  bool staged = false;
  bool thinks = false;       ///< Before it answers, unless it is told not to.
  bool calls_tools = false;  ///< When the question wants one that it may call.
  std::string directory;     ///< Where it is, or would be.
  std::vector<std::string> backends;
  std::optional<ModelFailure> fails;
};

/// The models of `catalogue.toml`, with `options.models` staged (empty: those marked `staged`). A folder among them is
/// looked up by its name `<org>--<name>`. Fails: HarnessError with file and line; UsageError for an unknown model.
class Catalogue {
 public:
  explicit Catalogue(const Options& options);

  const Model* find(const std::string& id) const;
  const std::vector<Model>& models() const { return models_; }

 private:
  void stage(const Options& options);

  std::vector<Model> models_;
};

/// An entry of `/models`.
Json model_entry(const Model& model, bool is_main);

}  // namespace exo_harness::fake
