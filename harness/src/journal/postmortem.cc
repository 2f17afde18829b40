#include "exo_harness/journal/postmortem.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/journal/journal.h"

namespace exo_harness::journal {

bool end_last_line(const std::filesystem::path& journal) {
  const UniqueFd fd(::open(journal.c_str(), O_RDWR | O_APPEND | O_CLOEXEC));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) return false;
  char last = '\n';
  if (status.st_size > 0 && ::pread(fd.get(), &last, 1, status.st_size - 1) != 1) return false;
  return last == '\n' || ::write(fd.get(), "\n", 1) == 1;
}

bool append_postmortem(const std::filesystem::path& journal, const std::string& writer, const Body& body) try {
  if (!end_last_line(journal)) return false;
  Journal pen(journal, writer);
  pen.append(body);
  pen.sync();
  return !pen.lossy();
} catch (const HarnessError&) {
  return false;
}

}  // namespace exo_harness::journal
