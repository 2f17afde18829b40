#include "lfs_pointer.h"

#include <array>
#include <fstream>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

namespace exo_harness::model {
namespace {

/// Pointers are shorter; the format says so.
constexpr std::uintmax_t kLongestPointer = 1024;

}  // namespace

bool is_lfs_pointer(std::string_view text) {
  return text.size() < kLongestPointer && text.starts_with("version https://git-lfs.github.com/spec/");
}

bool is_lfs_pointer(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error) || std::filesystem::file_size(file, error) >= kLongestPointer)
    return false;
  std::array<char, kLongestPointer> buffer{};
  std::ifstream stream(file, std::ios::binary);
  stream.read(buffer.data(), buffer.size());
  return is_lfs_pointer(std::string_view(buffer.data(), static_cast<std::size_t>(stream.gcount())));
}

void refuse_lfs_pointer(std::string_view text, std::string_view name) {
  if (!is_lfs_pointer(text)) return;
  throw HarnessError(format("{}: a pointer of Git LFS, not the file itself", name),
                     "run `git lfs pull` in the clone it is from, or get the model with `exo-harness models fetch`");
}

}  // namespace exo_harness::model
