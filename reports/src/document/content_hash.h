#pragma once

#include <string>
#include <string_view>

namespace exo_reports {

/// What a content security policy wants of an inlined script or style: its SHA-256 in base64.
std::string policy_hash(std::string_view content);

}  // namespace exo_reports
