#pragma once

#include <filesystem>

#include "exo_harness/model/checkpoint/folder.h"

namespace exo_harness::model {

/// Makes `twin` the folder of a model that has all of the files of `folder` that an engine reads, and no weights: its
/// weight files have the true header and size, and are holes. Strays are part of it.
///
/// `folder`: as of read_model_folder, read_config_alone, or of read_facts. A twin takes as much room as the headers and
/// tokenizer files. Fails: HarnessError that names the file. Threads: any.
void write_twin(const ModelFolder& folder, const std::filesystem::path& twin);

/// The header of a safetensors file, with its eight bytes of length, that parse_safetensors_header reads back.
std::string safetensors_header_text(const SafetensorsHeader& header);

}  // namespace exo_harness::model
