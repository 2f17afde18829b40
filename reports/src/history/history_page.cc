#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_reports/history.h"

#include "page/page_data.h"
#include "page/page_parts.h"
#include "page/svg.h"
#include "sanitize.h"

namespace exo_reports {
namespace {

using exo_harness::format;

constexpr double kWidth = 720, kHeight = 150, kLeft = 60, kRight = 705, kTop = 14, kBottom = 120;
constexpr std::size_t kMaxTrends = 200, kMaxValues = 400;

// The last values are shown.
std::size_t first_shown(const Trend& trend) {
  return trend.values.size() - std::min(kMaxValues, trend.values.size());
}

std::string plot(const Trend& trend, std::size_t id) {
  const std::size_t begin = first_shown(trend);
  const auto [low, high] =
      std::minmax_element(trend.values.begin() + static_cast<std::ptrdiff_t>(begin), trend.values.end());
  const double room = (*high - *low) * 0.1 + *high * 1e-6;
  const auto x = [&](std::size_t i) {
    const double count = static_cast<double>(std::max<std::size_t>(1, trend.values.size() - begin - 1));
    return kLeft + (kRight - kLeft) * static_cast<double>(i - begin) / count;
  };
  const auto y = [&, low = *low, high = *high](double value) {
    return kBottom - (kBottom - kTop) * (value - low + room) / (high - low + 2 * room);
  };
  std::string svg =
      format(R"(<svg viewBox="0 0 {} {}" role="img" aria-labelledby="trend-{}"><title id="trend-{}">{}</title>)",
             kWidth, kHeight, id, id, exo_harness::escape_markup(sanitized_line(trend.name, 200)));
  svg += svg_line("axis", kLeft, kBottom, kRight, kBottom);
  for (const TrendChange& change : trend.changes) {
    if (change.at < begin) continue;
    svg += svg_line("limit", x(change.at), kTop, x(change.at), kBottom);
  }
  for (std::size_t i = begin; i < trend.values.size(); ++i) {
    svg += format(R"(<circle class="candidate" cx="{:.1f}" cy="{:.1f}" r="3"/>)", x(i), y(trend.values[i]));
  }
  for (const double value : {*low, *high}) {
    svg += format(R"(<text class="small" x="{}" y="{:.1f}" text-anchor="end">{:.4g}</text>)", kLeft - 8, y(value) + 4,
                  value);
  }
  return svg + "</svg>";
}

mustache::data data_of(const Trend& trend, std::size_t id) {
  mustache::data one;
  one["name"] = sanitized_line(trend.name, 200);
  one["plot"] = plot(trend, id);
  one["caption"] = format("Medians of {} runs, in order of time; a line where the level changed.", trend.values.size());
  mustache::data changes{mustache::data::type::list}, values{mustache::data::type::list};
  for (const TrendChange& change : trend.changes) {
    mustache::data row;
    row["line"] = format("{:+.1f} % since {} {}", 100 * (change.ratio - 1),
                         sanitized_line(trend.lines[change.at]->started, 40), sanitized_line(change.builds, 300));
    changes << row;
  }
  const std::size_t begin = first_shown(trend);
  for (std::size_t i = begin; i < trend.values.size(); ++i) {
    mustache::data row;
    row["started"] = sanitized_line(trend.lines[i]->started, 40);
    row["run"] = sanitized_line(trend.lines[i]->run, 80);
    row["value"] = format("{:.4g}", trend.values[i]);
    values << row;
  }
  one.set("changes", changes);
  one.set("values", values);
  return one;
}

}  // namespace

std::string history_html(const std::vector<Trend>& trends, const std::string& cluster) {
  mustache::data page, list{mustache::data::type::list};
  for (std::size_t i = 0; i < std::min(kMaxTrends, trends.size()); ++i) list << data_of(trends[i], i);
  page.set("trends", list);
  page["cluster"] = sanitized_line(cluster, 200);
  page["lead"] = trends.size() > kMaxTrends ? format("the first {} of {} trends", kMaxTrends, trends.size())
                                            : format("{} trends", trends.size());
  return render_page(history_template(), page);
}

}  // namespace exo_reports
