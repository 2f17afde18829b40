#pragma once

#include <string>
#include <string_view>

#include "exo_harness/exo/mode.h"
#include "exo_harness/model/checkpoint/config.h"

namespace exo_harness::model {

/// Whether a model that this module of mlx-lm computes (a `mistral` is a `llama` there), packed that way, was seen to
/// work on a real Exo in such a placement: one node, pipeline or tensor, whatever their number. Source:
/// reports/measured/predictions.md.
bool was_seen(std::string_view module, const ModelConfig& config, const exo::Mode& mode);

/// `not packed`, `packed to 8 bits`, `packed to 4 bits (mxfp4)`.
std::string packing_text(const ModelConfig& config);

}  // namespace exo_harness::model
