#include "app/journal_tail.h"

#include <array>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "exo_harness/core/file.h"
#include "exo_harness/journal/journal.h"

namespace exo_harness::tools {

std::vector<journal::Record> JournalTail::read_new() {
  const UniqueFd fd(::open(file_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return {};
  std::string text;
  std::array<char, 65536> block;
  while (true) {
    const ssize_t n = ::pread(fd.get(), block.data(), block.size(), offset_ + static_cast<off_t>(text.size()));
    if (n <= 0) break;
    text.append(block.data(), static_cast<std::size_t>(n));
  }
  const auto end = text.rfind('\n');
  if (end == std::string::npos) return {};
  text.resize(end + 1);
  offset_ += static_cast<std::int64_t>(text.size());
  return journal::parse_journal(text).records;
}

}  // namespace exo_harness::tools
