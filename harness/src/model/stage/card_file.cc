#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/stage/stage.h"

namespace exo_harness::model {
namespace {

/// As a TOML basic string. Ids are checked before; this is for the rest.
std::string toml_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\n' || c == '\t' || c == '\r' ? ' ' : c;
  }
  return result + "\"";
}

}  // namespace

std::string card_text(const CardFacts& card, std::uint64_t context_tokens, exo::Generation generation) {
  std::string text = format("model_id = {}\nn_layers = {}\nhidden_size = {}\nsupports_tensor = {}\n",
                            toml_string(card.model_id), card.layers, card.hidden_size, card.supports_tensor);
  if (card.kv_heads > 0) text += format("num_key_value_heads = {}\n", card.kv_heads);
  text += format(
      "tasks = [\"TextGeneration\"]\nfamily = \"\"\nquantization = \"\"\nbase_model = {}\ncapabilities = "
      "[\"text\"]\ncontext_length = {}\n",
      toml_string(card.base_model), context_tokens);
  if (generation != exo::Generation::v1_0_71) text += "backends = [\"MlxMetal\", \"MlxCuda\", \"MlxCpu\"]\n";
  return text + format("\n[storage_size]\nin_bytes = {}\n", card.storage_bytes);
}

}  // namespace exo_harness::model
