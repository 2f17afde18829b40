#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/exo/mode.h"

namespace exo_harness::exo {

/// A version of Exo as git describes it: a release and how many commits came after it. The package says 0.3.70
/// whichever it is (contract 13), so it does not tell one from another.
struct Version {
  int release[3] = {0, 0, 0};  ///< 1, 0, 71.
  int commits = 0;             ///< After the tag of the release, on the main branch.
  friend auto operator<=>(const Version&, const Version&) = default;
};

/// `v1.0.71`, `v1.0.71+41`, and what `git describe` says: `v1.0.71-41-g81d7cb0fc`. Nothing: it is none of these.
std::optional<Version> parse_version(std::string_view text);
/// `v1.0.71`, `v1.0.71+41`.
std::string to_string(const Version& version);

/// All versions from one on (itself too) and before another one (without it). An end that is missing is open.
struct VersionRange {
  std::optional<Version> from, before;
  bool contains(const Version& version) const;
  bool is_empty() const { return from && before && *from >= *before; }
  friend bool operator==(const VersionRange&, const VersionRange&) = default;
};
/// What is in both; may be empty.
VersionRange both(const VersionRange& a, const VersionRange& b);
/// Whether no version is in both.
bool are_apart(const VersionRange& a, const VersionRange& b);
/// Whether each version of `inner` is in `outer`, too.
bool is_within(const VersionRange& inner, const VersionRange& outer);
/// `v1.0.71+42 or newer`, `before v1.0.71+5`, `v1.0.71+32 up to v1.0.71+41`, `any version`.
std::string to_string(const VersionRange& range);

/// Versions that have no more in common than that something is so in all of them.
using Versions = std::vector<VersionRange>;

/// All that are on zenoh.
VersionRange zenoh_versions();
/// Whether some version is in both.
bool meet(const Versions& a, const Versions& b);

/// Versions as fixtures name them: ranges with commas between, each of bounds (`>= v1.0.71+5`, `< v1.0.72`, `<=`, `>`),
/// a version, or a word: `libp2p` (before v1.0.71+42), `zenoh` (from it on), `all`. Bounds without a comma hold
/// together. An empty text is all. Nothing: a word is none of these; it is put into `wrong` when given.
std::optional<Versions> parse_versions(std::string_view text, std::string* wrong = nullptr);
/// Whether one of them has it.
bool is_in(const Versions& ranges, const Version& version);

/// The version that was recorded for that generation (fixtures/recordings). Nothing: unknown.
std::optional<Version> recorded_version(Generation generation);
/// Whether a text as of `parse_versions` names the recorded version of a generation. An empty text names any
/// generation, else an unknown one is not named, and neither is any by a text that cannot be read.
bool names_generation(std::string_view versions, Generation generation);

/// A sign that narrows down what a node is.
struct VersionSign {
  VersionRange range;
  std::string reason;  ///< `no /v1/feature-flags in /openapi.json`.
};

/// What a node is, from all its signs.
struct SeenVersion {
  std::vector<VersionSign> signs;
  /// Where all signs agree; empty when they contradict one another. Without signs: any.
  VersionRange range() const;
  /// The one generation whose recorded version is in the range; unknown when there is none, or more than one.
  Generation generation() const;
};
/// `v1.0.71+42 or newer (node ids of hexadecimal digits)`: range and the signs that bound it; in doubt the
/// contradiction.
std::string to_string(const SeenVersion& seen);

/// Signs in what the API says. Nothing: the body does not say.
std::optional<VersionSign> sign_of_openapi(std::string_view body);
std::optional<VersionSign> sign_of_ollama_version(std::string_view body);
std::optional<VersionSign> sign_of_node_id(std::string_view id);
/// Of the keys of `/state`.
VersionSign sign_of_state(bool has_node_backends);
/// Of a line of the node's log.
std::optional<VersionSign> sign_of_log_line(std::string_view line);
/// Of what `git describe --tags` says of a checkout: exact.
std::optional<VersionSign> sign_of_checkout(std::string_view description);

}  // namespace exo_harness::exo
