#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace exo_harness::fake {

/// A random version 4 uuid.
std::string new_uuid();

/// A random node id, new at each start, as Exo's: `12D3KooW` and 44 base58 characters of libp2p, or a number of 128
/// bits of zenoh, in hexadecimal digits without the zeros in front.
std::string new_node_id(bool of_zenoh);

/// Uniform in [low, high].
int random_int(int low, int high);

/// A uuid in upper case that depends on `seed` only (Thunderbolt domains keep theirs over restarts).
std::string uuid_of(std::string_view seed);

/// FNV-1a; the same on every machine.
std::uint64_t hash_of(std::string_view text);

/// `2026-11-23T04:39:59.943725Z`, the form of `/state`.
std::string now_iso();
/// `2026-11-23 04:39:46.930170+00:00`, the form of `/events`.
std::string now_python();
/// `2026-11-23T04:40:00Z`.
std::string now_seconds_iso();
std::int64_t now_unix();

}  // namespace exo_harness::fake
