#include "exo_harness/model/checkpoint/facts.h"

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/number.h"
#include "exo_harness/core/text.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

constexpr int kMostNumbers = 100'000;

/// A place in a dump, for messages.
struct Line {
  std::string_view text, file;
  std::size_t number = 0;
  [[noreturn]] void fail(std::string_view expected) const {
    throw HarnessError(format("{}:{}: expected {}, found `{}`", file, number, expected, shorten(printable(text), 200)),
                       "the format is described in fixtures/README.md");
  }
  std::uint64_t number_of(std::string_view word) const {
    const auto value = whole_number<std::uint64_t>(word);
    if (!value) fail("a number");
    return *value;
  }
};

std::vector<std::string> numbers_of(const Line& line, std::string_view ranges) {
  std::vector<std::string> numbers;
  for (const std::string_view range : split(ranges, ',')) {
    const auto ends = split(range, '-');
    const std::uint64_t first = line.number_of(ends.front()), last = line.number_of(ends.back());
    if (ends.size() > 2 || last < first || last - first > kMostNumbers) line.fail("ranges like {0-3,7}");
    for (std::uint64_t i = first; i <= last; ++i) numbers.push_back(std::to_string(i));
  }
  return numbers;
}

std::vector<std::string> shard_names_of(const Line& line, std::string_view name) {
  const std::size_t open = name.find('{'), close = name.find('}');
  if (open == std::string_view::npos) return {std::string(name)};
  if (close == std::string_view::npos || close < open) line.fail("ranges like {0-3,7}");
  std::vector<std::string> names;
  for (const std::string& number : numbers_of(line, name.substr(open + 1, close - open - 1))) {
    names.push_back(std::string(name.substr(0, open)) + number + std::string(name.substr(close + 1)));
  }
  return names;
}

void add_tensors(const Line& line, std::vector<Tensor>& tensors) {
  const auto words = split(line.text, ' ');
  if (words.size() != 3 || bits_of_dtype(words[0]) == 0) line.fail("`TYPE ROWSxCOLUMNS NAME`");
  Tensor tensor;
  tensor.dtype = std::string(words[0]);
  for (const std::string_view n : split(words[1], 'x')) tensor.shape.push_back(line.number_of(n));
  const std::uint64_t bytes = tensor.elements() * static_cast<std::uint64_t>(bits_of_dtype(tensor.dtype)) / 8;
  for (const std::string& name : shard_names_of(line, words[2])) {
    tensor.name = name;
    tensor.begin = tensors.empty() ? 0 : tensors.back().end;
    tensor.end = tensor.begin + bytes;
    tensors.push_back(tensor);
  }
}

fs::path config_of(const fs::path& fixtures, const std::string& id) {
  return fixtures / "models/facts" / (id + ".config.json");
}

}  // namespace

std::vector<Tensor> parse_tensor_dump(std::string_view text, std::string_view name) {
  std::vector<Tensor> tensors;
  std::size_t number = 0;
  for (const std::string_view each : lines(text)) {
    ++number;
    if (!each.empty() && each[0] != '#') add_tensors({each, name, number}, tensors);
  }
  return tensors;
}

bool has_facts(const fs::path& fixtures, const std::string& id) {
  std::error_code ignored;
  return fs::exists(config_of(fixtures, id), ignored);
}

ModelFolder read_facts(const fs::path& fixtures, const std::string& id) {
  const fs::path dump = fixtures / "models/facts" / (id + ".tensors");
  ModelFolder folder;
  folder.path = dump;
  folder.config = read_config(config_of(fixtures, id));
  folder.has_tokenizer = folder.has_chat_template = true;
  Shard shard;
  shard.name = "model.safetensors";
  shard.header.tensors = parse_tensor_dump(read_file(dump), dump.string());
  if (!shard.header.tensors.empty()) shard.bytes = shard.header.tensors.back().end;
  shard.header.data_bytes = shard.bytes;
  folder.shards.push_back(std::move(shard));
  return folder;
}

}  // namespace exo_harness::model
