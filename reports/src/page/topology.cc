#include "topology.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "sanitize.h"

namespace exo_reports {
namespace {

using exo_harness::format;

constexpr double kBoxWidth = 176, kBoxHeight = 74;
constexpr std::size_t kMaxBoxes = 8;  // Beyond it nodes are dots with a number.

struct Point {
  double x = 0, y = 0;
};

struct Layout {
  double width, height;
  std::vector<Point> centers;
};

Layout layout(std::size_t count) {
  if (count == 1) return {260, 140, {{130, 70}}};
  if (count == 2) return {560, 150, {{110, 75}, {450, 75}}};
  const double radius =
      count > kMaxBoxes ? 60 + 9.0 * static_cast<double>(count) : 80 + 36.0 * static_cast<double>(count);
  const double margin = count > kMaxBoxes ? 30 : kBoxWidth / 2 + 16;
  Layout result{2 * (radius + margin), 2 * (radius + (count > kMaxBoxes ? 30 : 60)), {}};
  for (std::size_t i = 0; i < count; ++i) {
    const double angle = 2 * M_PI * static_cast<double>(i) / static_cast<double>(count) - M_PI / 2;
    result.centers.push_back(
        {result.width / 2 + radius * std::cos(angle), result.height / 2 + radius * std::sin(angle)});
  }
  return result;
}

// Whole numbers: the same in every locale, on every machine.
long whole(double value) {
  return std::lround(value);
}

std::string line(Point a, Point b, const Link& link) {
  // Two kinds between the same nodes run side by side.
  const double length = std::max(1.0, std::hypot(b.x - a.x, b.y - a.y));
  const double shift = link.kind == "rdma" ? -7 : 7;
  const double dx = -(b.y - a.y) / length * shift, dy = (b.x - a.x) / length * shift;
  const char* kind = !(link.there && link.back) ? "broken" : link.kind == "rdma" ? "rdma" : "socket";
  return format(R"(<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>)", kind, whole(a.x + dx), whole(a.y + dy),
                whole(b.x + dx), whole(b.y + dy));
}

std::string text(double x, double y, std::string_view content, bool small) {
  return format(R"(<text{} x="{}" y="{}" text-anchor="middle">{}</text>)", small ? R"( class="small")" : "", whole(x),
                whole(y), exo_harness::escape_markup(sanitized_line(content, 24)));
}

std::string box(Point c, const exo_harness::journal::NodeSeen& node) {
  const double left = c.x - kBoxWidth / 2, top = c.y - kBoxHeight / 2;
  std::string svg = format(R"(<rect class="box" x="{}" y="{}" width="{}" height="{}" rx="8"/>)", whole(left),
                           whole(top), whole(kBoxWidth), whole(kBoxHeight));
  svg += text(c.x, top + 24, node_name(node), false) + text(c.x, top + 42, node.chip, true);
  if (node.ram_total == 0) return svg;
  const double share = std::min(1.0, static_cast<double>(node.ram_available) / static_cast<double>(node.ram_total));
  const double width = kBoxWidth - 32;
  svg += format(R"(<rect class="bar" x="{0}" y="{1}" width="{2}" height="6" rx="3"/>)"
                R"(<rect class="free" x="{0}" y="{1}" width="{3}" height="6" rx="3"/>)",
                whole(left + 16), whole(top + 56), whole(width), whole(width * share));
  return svg;
}

std::string dot(Point c, std::size_t number) {
  return format(R"(<circle class="box" cx="{}" cy="{}" r="14"/>)", whole(c.x), whole(c.y)) +
         text(c.x, c.y + 4, format("{}", number + 1), true);
}

}  // namespace

std::string node_name(const exo_harness::journal::NodeSeen& node) {
  return !node.name.empty() ? node.name : !node.id.empty() ? exo_harness::shorten(node.id, 16) : "unnamed";
}

std::string node_name(const RunRecord& run, const std::string& id) {
  for (const auto& node : run.nodes) {
    if (node.id == id) return node_name(node);
  }
  return id;
}

std::vector<Link> links_of(const RunRecord& run) {
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < run.nodes.size(); ++i) places[run.nodes[i].id] = i;
  std::vector<Link> links;
  for (const auto& edge : run.edges) {
    const auto source = places.find(edge.source), sink = places.find(edge.sink);
    if (source == places.end() || sink == places.end() || source == sink) continue;
    const std::size_t from = std::min(source->second, sink->second), to = std::max(source->second, sink->second);
    auto link = std::find_if(links.begin(), links.end(),
                             [&](const Link& l) { return l.from == from && l.to == to && l.kind == edge.kind; });
    if (link == links.end()) link = links.insert(links.end(), Link{from, to, edge.kind, false, false, {}});
    (source->second == from ? link->there : link->back) = true;
    if (!edge.detail.empty()) link->details.push_back(edge.detail);
  }
  return links;
}

std::string in_words(const Link& link, const RunRecord& run) {
  const std::string from = node_name(run.nodes[link.from]), to = node_name(run.nodes[link.to]);
  const std::string kind = link.kind.empty() ? "link" : link.kind;
  std::string words = link.there && link.back ? format("{} and {}: {}, both ways", from, to, kind)
                      : link.there            ? format("{} to {}: {}, one way only", from, to, kind)
                                              : format("{} to {}: {}, one way only", to, from, kind);
  if (!link.details.empty()) words += format(" ({})", exo_harness::join(link.details, ", "));
  return words;
}

std::string topology_svg(const RunRecord& run) {
  const std::size_t count = run.nodes.size();
  if (count == 0) return "";
  const Layout place = layout(count);
  std::string svg = format(
      R"(<svg viewBox="0 0 {} {}" role="img" aria-labelledby="topology-title topology-text">)"
      R"(<title id="topology-title">The cluster</title><desc id="topology-text">{} nodes; the list beside has the same facts.</desc>)",
      whole(place.width), whole(place.height), count);
  for (const Link& link : links_of(run)) svg += line(place.centers[link.from], place.centers[link.to], link);
  for (std::size_t i = 0; i < count; ++i) {
    svg += count > kMaxBoxes ? dot(place.centers[i], i) : box(place.centers[i], run.nodes[i]);
  }
  return svg + "</svg>";
}

}  // namespace exo_reports
