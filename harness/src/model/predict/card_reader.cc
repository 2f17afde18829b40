#include "exo_harness/model/predict/prediction.h"

#include "toml/toml_table.h"

namespace exo_harness::model {

CardFacts read_card(const std::filesystem::path& file) {
  const toml::table parsed = parse_toml_file(file);
  TomlTable table(parsed, file);
  CardFacts card;
  card.model_id = table.required_text("model_id");
  card.base_model = table.text("base_model");
  card.layers = table.small_number("n_layers");
  card.hidden_size = table.small_number("hidden_size");
  card.kv_heads = table.small_number("num_key_value_heads");
  card.supports_tensor = table.flag("supports_tensor", false);
  if (const toml::node* bytes = parsed.at_path("storage_size.in_bytes").node();
      bytes != nullptr && bytes->is_integer()) {
    card.storage_bytes = static_cast<std::uint64_t>(bytes->as_integer()->get());
  }
  return card;
}

}  // namespace exo_harness::model
