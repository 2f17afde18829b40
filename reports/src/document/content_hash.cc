#include "content_hash.h"

#include "exo_harness/core/digest.h"

namespace exo_reports {

std::string policy_hash(std::string_view content) {
  exo_harness::Digest digest(exo_harness::DigestKind::sha256);
  digest.add(content);
  return exo_harness::to_base64(digest.bytes());
}

}  // namespace exo_reports
