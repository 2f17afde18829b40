#include "frames.h"

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::suites {
namespace {

constexpr std::string_view kData = "data: ";
constexpr std::string_view kEvent = "event: ";

Frame comment(std::string_view text) {
  const auto brace = text.find(" {");
  if (brace == std::string_view::npos) return {std::string(text), "{}"};
  return {std::string(text.substr(0, brace)), std::string(text.substr(brace + 1))};
}

Frame data(std::string_view kind, std::string_view text) {
  if (!text.empty() && text.front() == '{') return {std::string(kind), std::string(text)};
  return {format("{} {}", kind, text), "{}"};
}

Frame frame(std::string_view text) {
  if (text.front() == '{') return {"line", std::string(text)};
  if (text.front() == ':') return comment(text);
  if (text.rfind(kData, 0) == 0) return data("data", text.substr(kData.size()));
  const auto second = text.find("\ndata: ");
  if (text.rfind(kEvent, 0) == 0 && second != std::string_view::npos) {
    const auto name = text.substr(kEvent.size(), second - kEvent.size());
    return data(format("event {}", name), text.substr(second + 1 + kData.size()));
  }
  return {format("junk {}", shorten(text, 60)), "{}"};
}

std::string as_json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::vector<Frame> frames_of(std::string_view body) {
  const bool is_lines = !body.empty() && body.front() == '{';
  const std::string_view end = is_lines ? "\n" : "\n\n";
  std::vector<Frame> frames;
  while (!body.empty()) {
    const auto at = body.find(end);
    const std::string_view text = body.substr(0, at);
    if (!text.empty()) frames.push_back(frame(text));
    body.remove_prefix(at == std::string_view::npos ? body.size() : at + end.size());
  }
  return frames;
}

std::string as_json(const std::vector<Frame>& frames) {
  std::vector<std::string> entries;
  for (const Frame& each : frames) entries.push_back(format("{{{}:{}}}", as_json_text(each.kind), each.json));
  return format("[{}]", join(entries, ","));
}

std::vector<std::string> order_of(const std::vector<Frame>& frames) {
  std::vector<std::string> order;
  for (const Frame& each : frames) {
    if (each.kind == ": keep-alive" && !order.empty()) continue;
    if (order.empty() || order.back() != each.kind) order.push_back(each.kind);
  }
  return order;
}

}  // namespace exo_harness::suites
