#include "exception_text.h"

#include <cctype>

#include "exo_harness/core/text.h"

namespace exo_harness::diagnose {
namespace {

constexpr std::size_t kLongest = 600;

// `ValueError: …`, `exo.x.FooException: …`: a dotted name that ends as exceptions do, at the start of its line.
bool begins_with_a_type(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() &&
         (std::isalnum(static_cast<unsigned char>(line[end])) != 0 || line[end] == '_' || line[end] == '.'))
    ++end;
  const std::string_view name = line.substr(0, end);
  const bool ends_so = name.ends_with("Error") || name.ends_with("Exception") || name.ends_with("Interrupt");
  return ends_so && (end == line.size() || line[end] == ':');
}

std::string shown_exception(std::string_view text) {
  return shorten(printable(trim(text)), kLongest);
}

}  // namespace

std::string exception_in(std::string_view text) {
  std::string_view last;
  for (const std::string_view line : lines(text)) {
    for (const std::string_view mark : {std::string_view("Runner error: "), std::string_view("critical exception ")}) {
      const std::size_t at = line.find(mark);
      if (at != std::string_view::npos && !trim(line.substr(at + mark.size())).empty())
        return shown_exception(line.substr(at + mark.size()));
    }
    if (begins_with_a_type(trim(line))) last = line;
  }
  return shown_exception(last);
}

}  // namespace exo_harness::diagnose
