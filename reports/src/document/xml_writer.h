#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace exo_reports {

/// Writes one XML document, indented. All text passes through `sanitized`; attributes are one line of at most 500
/// bytes.
class XmlWriter {
 public:
  void open(std::string_view element);
  /// Of the element just opened.
  void attribute(std::string_view name, std::string_view value);
  void text(std::string_view content, std::size_t limit);
  void element(std::string_view name, std::string_view content, std::size_t limit = 64u << 10);
  void close();

  std::string text() && { return std::move(out_); }

 private:
  void end_of_tag();
  void indent();

  std::string out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  std::vector<std::string> open_;
  bool in_tag_ = false, has_text_ = false;
};

}  // namespace exo_reports
