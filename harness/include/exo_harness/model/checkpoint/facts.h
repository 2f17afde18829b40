#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/model/checkpoint/folder.h"

namespace exo_harness::model {

/// Reads a header dump: one line a tensor, `TYPE ROWSxCOLUMNS NAME`; `{0-3,7}` in a name stands for each of these
/// numbers;
/// `#` begins a comment line. Offsets run through one file. `name` stands in messages. Fails: HarnessError with the
/// line.
std::vector<Tensor> parse_tensor_dump(std::string_view text, std::string_view name);

/// Whether the fixtures hold recorded facts (config.json and header dump) of that model.
bool has_facts(const std::filesystem::path& fixtures, const std::string& id);

/// The model's folder as it would be read, made from its recorded facts: for a model that is not on this machine.
/// Fails: HarnessError when there are none, or they are damaged.
ModelFolder read_facts(const std::filesystem::path& fixtures, const std::string& id);

}  // namespace exo_harness::model
