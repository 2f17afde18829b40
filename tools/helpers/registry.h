#pragma once

#include <string>

/// The folder in which every process of a misbehaving program leaves a file named by its pid, so that a test knows whom
/// to look for.
void set_registry(const std::string& folder);
const std::string& registry();
void register_self();
/// The path of this program, so that it can become itself again.
const std::string& own_path();
