#pragma once

#include <string>
#include <vector>

#include "exo_harness/exo/mode.h"
#include "exo_harness/model/checkpoint/folder.h"

namespace exo_harness::tools {

/// A model that a user named, and how Exo calls it.
struct ChosenModel {
  model::ModelFolder folder;
  std::string repo;         ///< Empty: not known.
  bool from_facts = false;  ///< It is not on this machine: made from its recorded config.json and headers.
  bool card_states_kv_heads = true;
};

/// `name`: a folder, be it with config.json alone, or that file; the id, repository or alias of a fixture model; or
/// `org/name` of any model whose files lie where Exo, LM Studio or the Hugging Face client puts them. Fails: UsageError
/// when it is none, or not on this machine; HarnessError when it is damaged.
ChosenModel choose_model(const std::string& name);

/// `not on this machine: from its recorded config.json and headers`, or the folder.
std::string where_it_is(const ChosenModel& model);

/// The placements of these short names. Fails: UsageError for a name of none.
std::vector<exo::Mode> placements_called(const std::vector<std::string>& names);

}  // namespace exo_harness::tools
