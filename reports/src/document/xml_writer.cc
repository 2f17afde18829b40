#include "xml_writer.h"

#include "exo_harness/core/text.h"

#include "sanitize.h"

namespace exo_reports {

void XmlWriter::open(std::string_view element) {
  end_of_tag();
  indent();
  out_ += '<';
  out_ += element;
  open_.emplace_back(element);
  in_tag_ = true;
  has_text_ = false;
}

void XmlWriter::attribute(std::string_view name, std::string_view value) {
  out_ += ' ';
  out_ += name;
  out_ += "=\"";
  out_ += exo_harness::escape_markup(sanitized_line(value));
  out_ += '"';
}

void XmlWriter::text(std::string_view content, std::size_t limit) {
  if (content.empty()) return;
  end_of_tag();
  // A bare carriage return would come back as a newline.
  std::string safe = exo_harness::escape_markup(sanitized(content, limit));
  for (std::size_t at = safe.find('\r'); at != std::string::npos; at = safe.find('\r', at))
    safe.replace(at, 1, "&#13;");
  out_ += safe;
  has_text_ = true;
}

void XmlWriter::element(std::string_view name, std::string_view content, std::size_t limit) {
  open(name);
  text(content, limit);
  close();
}

void XmlWriter::close() {
  const std::string element = std::move(open_.back());
  open_.pop_back();
  if (in_tag_) {
    out_ += "/>\n";
  } else {
    if (!has_text_) indent();
    out_ += "</" + element + ">\n";
  }
  in_tag_ = has_text_ = false;
}

void XmlWriter::end_of_tag() {
  if (!in_tag_) return;
  out_ += '>';
  in_tag_ = false;
}

void XmlWriter::indent() {
  if (out_.back() == '>') out_ += '\n';
  out_.append(2 * open_.size(), ' ');
}

}  // namespace exo_reports
