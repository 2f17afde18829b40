#include "exo_harness/model/checkpoint/safetensors.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "lfs_pointer.h"
#include "safetensors_sax.h"

namespace exo_harness::model {
namespace {

[[noreturn]] void bad_header(std::string_view name, std::string_view what) {
  throw HarnessError(format("{}: {}", name, what), "the file is damaged or no safetensors file: fetch it again");
}

[[noreturn]] void bad_header(std::string_view name, const Tensor& tensor, std::string_view what) {
  bad_header(name, format("tensor `{}`: {}", shorten(printable(tensor.name), 200), what));
}

/// The product of the shape times the bits of the type, in bytes; nothing that overflows or is no whole byte.
bool has_bytes(const Tensor& tensor, int bits, std::uint64_t& bytes) {
  std::uint64_t elements = 1;
  for (const std::uint64_t n : tensor.shape) {
    if (__builtin_mul_overflow(elements, n, &elements)) return false;
  }
  std::uint64_t total = 0;
  if (__builtin_mul_overflow(elements, static_cast<std::uint64_t>(bits), &total) || total % 8 != 0) return false;
  bytes = total / 8;
  return true;
}

void check_tensor(const Tensor& tensor, std::uint64_t data_bytes, std::string_view name) {
  if (tensor.begin > tensor.end)
    bad_header(name, tensor, format("data_offsets run backwards ({} to {})", tensor.begin, tensor.end));
  if (tensor.end > data_bytes) {
    bad_header(name, tensor,
               format("data_offsets end at {}, behind the end of the file ({} bytes of data)", tensor.end, data_bytes));
  }
  const int bits = bits_of_dtype(tensor.dtype);
  if (bits == 0) bad_header(name, tensor, format("dtype `{}` is not known", shorten(printable(tensor.dtype), 40)));
  std::uint64_t bytes = 0;
  if (!has_bytes(tensor, bits, bytes)) bad_header(name, tensor, "the shape is too large");
  if (bytes != tensor.bytes()) {
    bad_header(name, tensor, format("shape and dtype need {} bytes, data_offsets give {}", bytes, tensor.bytes()));
  }
}

void check_ranges(const SafetensorsHeader& header, std::string_view name) {
  std::uint64_t covered = 0;
  for (const Tensor& tensor : header.tensors) {
    if (tensor.begin < covered)
      bad_header(name, tensor,
                 format("overlaps the tensor before it (begins at {}, that ends at {})", tensor.begin, covered));
    if (tensor.begin > covered)
      bad_header(name, tensor, format("leaves a gap before it (begins at {}, expected {})", tensor.begin, covered));
    covered = tensor.end;
  }
  if (covered != header.data_bytes) {
    bad_header(name, format("the tensors cover {} bytes, the file holds {}", covered, header.data_bytes));
  }
}

/// Fills `buffer` from the start of the file on. Returns whether all of it could be read.
bool read_at(int fd, char* buffer, std::size_t size, std::uint64_t offset) {
  while (size > 0) {
    const ssize_t n = ::pread(fd, buffer, size, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    buffer += n;
    size -= static_cast<std::size_t>(n);
    offset += static_cast<std::uint64_t>(n);
  }
  return true;
}

std::uint64_t little_endian(const std::array<unsigned char, 8>& bytes) {
  std::uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | bytes[static_cast<std::size_t>(i)];
  return value;
}

/// As a length these would be more than any file has: pointers of all kinds, pages of errors, manifests.
bool is_text(const std::array<unsigned char, 8>& begin) {
  return std::all_of(begin.begin(), begin.end(),
                     [](unsigned char c) { return (c >= ' ' && c <= '~') || c == '\t' || c == '\n' || c == '\r'; });
}

std::string first_text(int fd, std::uint64_t size) {
  std::string text(static_cast<std::size_t>(std::min<std::uint64_t>(size, 80)), '\0');
  if (!read_at(fd, text.data(), text.size(), 0)) return "that cannot be read";
  return format("`{}`", shorten(printable(first_line(text)), 80));
}

}  // namespace

std::uint64_t Tensor::elements() const {
  std::uint64_t n = 1;
  for (const std::uint64_t each : shape) n *= each;
  return n;
}

int bits_of_dtype(std::string_view dtype) {
  static constexpr std::pair<std::string_view, int> kBits[] = {
      {"BOOL", 8},        {"U8", 8},          {"I8", 8},      {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8},
      {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8}, {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"F4", 4},      {"I16", 16},
      {"U16", 16},        {"F16", 16},        {"BF16", 16},   {"I32", 32},    {"U32", 32},    {"F32", 32},
      {"F64", 64},        {"I64", 64},        {"U64", 64},    {"C64", 64}};
  const auto* found =
      std::find_if(std::begin(kBits), std::end(kBits), [&](const auto& each) { return each.first == dtype; });
  return found == std::end(kBits) ? 0 : found->second;
}

SafetensorsHeader parse_safetensors_header(std::string_view json, std::uint64_t data_bytes, std::string_view name) {
  SafetensorsHeader header;
  header.header_bytes = json.size();
  header.data_bytes = data_bytes;
  SafetensorsSax sax(header);
  if (!nlohmann::json::sax_parse(json.begin(), json.end(), &sax)) bad_header(name, sax.trouble());
  for (const Tensor& tensor : header.tensors) check_tensor(tensor, data_bytes, name);
  std::sort(header.tensors.begin(), header.tensors.end(),
            [](const Tensor& a, const Tensor& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  check_ranges(header, name);
  return header;
}

SafetensorsHeader read_safetensors_header(const std::filesystem::path& file) {
  const std::string name = file.string();
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) {
    throw HarnessError(format("cannot read {}: {}", name, std::strerror(errno)),
                       "check that the file exists and may be read");
  }
  if (!S_ISREG(status.st_mode)) bad_header(name, "not a file");
  if (is_lfs_pointer(file)) refuse_lfs_pointer(read_file(file), name);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  std::array<unsigned char, 8> prefix{};
  if (size < 8 || !read_at(fd.get(), reinterpret_cast<char*>(prefix.data()), 8, 0))
    bad_header(name, format("{} bytes are too short for a safetensors file", size));
  if (is_text(prefix))
    bad_header(name, "not a safetensors file: it begins with the text " + first_text(fd.get(), size));
  const std::uint64_t length = little_endian(prefix);
  if (length > kLongestSafetensorsHeader)
    bad_header(name, format("the header claims {} bytes, at most {} are allowed", length, kLongestSafetensorsHeader));
  if (length > size - 8)
    bad_header(name,
               format("truncated: the header claims {} bytes, the file has {} behind its length", length, size - 8));
  std::string json(length, '\0');
  if (!read_at(fd.get(), json.data(), json.size(), 8)) bad_header(name, "cannot be read to the end of its header");
  return parse_safetensors_header(json, size - 8 - length, name);
}

}  // namespace exo_harness::model
