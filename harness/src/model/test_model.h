#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace exo_harness::model {

/// A tensor to write into a test's file.
struct TestTensor {
  std::string name, dtype;
  std::vector<std::uint64_t> shape;
};

/// Writes a safetensors file whose data is a hole: it has the right size and takes no room on disk.
void write_sparse_safetensors(const std::filesystem::path& file, const std::vector<TestTensor>& tensors);

/// Writes bytes as they are behind a length of eight bytes.
void write_raw_safetensors(const std::filesystem::path& file, std::uint64_t length, const std::string& rest);

/// A complete tiny Llama of `layers` layers in `folder`: config.json, two shards, index, tokenizer files.
void write_tiny_llama(const std::filesystem::path& folder, int layers = 2);

/// `entry` (`models--org--name` of a Hugging Face cache) with the files of `folder` as blobs and a snapshot of links:
/// weights are named by their SHA-256, the rest by git's hash.
void write_cache_entry_of(const std::filesystem::path& folder, const std::filesystem::path& entry,
                          const std::string& commit);

/// Changes the last byte of a file, and nothing else.
void change_last_byte(const std::filesystem::path& file);

/// Makes the folder of a fixture model from fixtures/models/facts/ID.{config.json,tensors}: one sparse file and its
/// index.
void write_facts(const std::string& id, const std::filesystem::path& folder);

}  // namespace exo_harness::model
