#include "test_model.h"

#include <filesystem>
#include <fstream>

#include "exo_harness/core/digest.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/model/checkpoint/facts.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

std::string little_endian(std::uint64_t value) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  std::string text;
  for (const std::uint64_t n : shape) text += (text.empty() ? "" : ",") + std::to_string(n);
  return text;
}

std::vector<TestTensor> llama_layer(int i) {
  const std::string at = format("model.layers.{}.", i);
  std::vector<TestTensor> tensors;
  for (const char* name : {"q_proj", "o_proj"})
    tensors.push_back({at + "self_attn." + name + ".weight", "BF16", {64, 64}});
  for (const char* name : {"k_proj", "v_proj"})
    tensors.push_back({at + "self_attn." + name + ".weight", "BF16", {32, 64}});
  for (const char* name : {"gate_proj", "up_proj"})
    tensors.push_back({at + "mlp." + name + ".weight", "BF16", {128, 64}});
  tensors.push_back({at + "mlp.down_proj.weight", "BF16", {64, 128}});
  for (const char* name : {"input_layernorm", "post_attention_layernorm"})
    tensors.push_back({at + name + ".weight", "BF16", {64}});
  return tensors;
}

void write_index(const fs::path& folder, const std::vector<std::vector<TestTensor>>& shards) {
  std::string map;
  for (std::size_t i = 0; i < shards.size(); ++i) {
    for (const TestTensor& tensor : shards[i]) {
      map += format("{}\"{}\":\"model-{:05}-of-{:05}.safetensors\"", map.empty() ? "" : ",", tensor.name, i + 1,
                    shards.size());
    }
  }
  write_file(folder / "model.safetensors.index.json", format("{{\"metadata\":{{}},\"weight_map\":{{{}}}}}", map));
}

}  // namespace

void write_facts(const std::string& id, const fs::path& folder) {
  fs::create_directories(folder);
  const fs::path facts = fs::path(EXO_FIXTURES_DIR) / "models/facts";
  write_file(folder / "config.json", read_file(facts / (id + ".config.json")));
  std::vector<std::vector<TestTensor>> shards(1);
  const std::string dump = read_file(facts / (id + ".tensors"));
  for (const Tensor& tensor : parse_tensor_dump(dump, id))
    shards[0].push_back({tensor.name, tensor.dtype, tensor.shape});
  write_sparse_safetensors(folder / "model-00001-of-00001.safetensors", shards[0]);
  write_index(folder, shards);
  write_file(folder / "tokenizer.json", "{}");
  write_file(folder / "tokenizer_config.json", "{}");
}

void write_sparse_safetensors(const fs::path& file, const std::vector<TestTensor>& tensors) {
  std::string json;
  std::uint64_t at = 0;
  for (const TestTensor& tensor : tensors) {
    std::uint64_t bytes = static_cast<std::uint64_t>(bits_of_dtype(tensor.dtype)) / 8;
    for (const std::uint64_t n : tensor.shape) bytes *= n;
    json += format("{}\"{}\":{{\"dtype\":\"{}\",\"shape\":[{}],\"data_offsets\":[{},{}]}}", json.empty() ? "" : ",",
                   tensor.name, tensor.dtype, shape_text(tensor.shape), at, at + bytes);
    at += bytes;
  }
  json = "{" + json + "}";
  write_raw_safetensors(file, json.size(), json);
  fs::resize_file(file, 8 + json.size() + at);
}

void write_raw_safetensors(const fs::path& file, std::uint64_t length, const std::string& rest) {
  std::ofstream(file, std::ios::binary) << little_endian(length) << rest;
}

void write_tiny_llama(const fs::path& folder, int layers) {
  fs::create_directories(folder);
  write_file(
      folder / "config.json",
      format(
          "{{\"model_type\":\"llama\",\"architectures\":[\"LlamaForCausalLM\"],\"num_hidden_layers\":{},"
          "\"hidden_size\":64,"
          "\"intermediate_size\":128,\"num_attention_heads\":4,\"num_key_value_heads\":2,\"head_dim\":16,"
          "\"vocab_size\":512,\"max_position_embeddings\":4096,\"rms_norm_eps\":1e-05,\"tie_word_embeddings\":false}}",
          layers));
  std::vector<std::vector<TestTensor>> shards(2);
  shards[0].push_back({"model.embed_tokens.weight", "BF16", {512, 64}});
  shards[1].push_back({"model.norm.weight", "BF16", {64}});
  shards[1].push_back({"lm_head.weight", "BF16", {512, 64}});
  for (int i = 0; i < layers; ++i) {
    for (TestTensor& tensor : llama_layer(i)) shards[i < (layers + 1) / 2 ? 0 : 1].push_back(std::move(tensor));
  }
  for (std::size_t i = 0; i < 2; ++i)
    write_sparse_safetensors(folder / format("model-{:05}-of-00002.safetensors", i + 1), shards[i]);
  write_index(folder, shards);
  write_file(folder / "tokenizer.json", "{}");
  write_file(folder / "tokenizer_config.json", "{\"chat_template\": \"\"}");
}

void write_cache_entry_of(const fs::path& folder, const fs::path& entry, const std::string& commit) {
  const fs::path snapshot = entry / "snapshots" / commit;
  fs::create_directories(snapshot);
  fs::create_directories(entry / "blobs");
  for (const auto& file : fs::directory_iterator(folder)) {
    const bool large = file.path().extension() == ".safetensors";
    Digest digest(large ? DigestKind::sha256 : DigestKind::sha1);
    if (!large) digest.add(format("blob {}", file.file_size()) + '\0');
    digest.add_file(file.path());
    const fs::path blob = entry / "blobs" / digest.hex();
    fs::copy_file(file.path(), blob, fs::copy_options::skip_existing);
    fs::create_symlink(fs::path("../../blobs") / blob.filename(), snapshot / file.path().filename());
  }
}

void change_last_byte(const fs::path& file) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(-1, std::ios::end);
  const char changed = static_cast<char>(stream.get() ^ 1);
  stream.seekp(-1, std::ios::end);
  stream.put(changed);
}

}  // namespace exo_harness::model
