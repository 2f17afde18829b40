#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace exo_harness::model {

/// The longest header that is read, in bytes; the format's own limit.
inline constexpr std::uint64_t kLongestSafetensorsHeader = 100'000'000;

/// One tensor as a safetensors header tells it. The weights themselves are never read.
struct Tensor {
  std::string name;
  std::string dtype;  ///< As written: `BF16`, `U32` …
  std::vector<std::uint64_t> shape;
  std::uint64_t begin = 0, end = 0;  ///< Bytes, from the end of the header; `end` is behind the last.

  std::uint64_t bytes() const { return end - begin; }
  /// Product of the shape; 1 for a scalar. Checked against `bytes()` when read.
  std::uint64_t elements() const;
};

/// The header of one file.
struct SafetensorsHeader {
  std::uint64_t header_bytes = 0;  ///< Of the JSON, without the eight bytes of its length.
  std::uint64_t data_bytes = 0;    ///< Behind the header.
  std::vector<Tensor> tensors;     ///< By place in the file.
  std::map<std::string, std::string> metadata;
};

/// Bits of one element of that type; 0 for a type that is not known.
int bits_of_dtype(std::string_view dtype);

/// Reads a header that is followed by `data_bytes` bytes of weights. `name` stands in messages.
///
/// Fails: HarnessError that names the file and the tensor, for JSON that is none, names that stand twice or are no
/// UTF-8, types and shapes that do not give the bytes claimed, ranges that overlap, leave a gap or leave the file.
/// Memory: a small multiple of the header. Threads: any.
/// Source: the safetensors format description, huggingface/safetensors README, "Format".
SafetensorsHeader parse_safetensors_header(std::string_view json, std::uint64_t data_bytes, std::string_view name);

/// The same of a file: reads eight bytes and the header, nothing else. Fails: also for a file that cannot be read, is
/// shorter than it says, or says it has a header longer than kLongestSafetensorsHeader.
SafetensorsHeader read_safetensors_header(const std::filesystem::path& file);

}  // namespace exo_harness::model
