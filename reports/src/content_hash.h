#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace exo_reports {

/// SHA-256 of `bytes`. Source: FIPS 180-4.
std::array<std::uint8_t, 32> sha256(std::string_view bytes);

/// Base64 with padding. Source: RFC 4648, section 4.
std::string base64(std::string_view bytes);

/// What a content security policy wants of an inlined script or style.
std::string policy_hash(std::string_view content);

}  // namespace exo_reports
