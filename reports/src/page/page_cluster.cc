#include <algorithm>
#include <utility>
#include <vector>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "document/phase_times.h"
#include "page_data.h"
#include "sanitize.h"
#include "topology.h"
#include "verdict/agreement.h"

namespace exo_reports {
namespace {

using exo_harness::format;
using mustache::data;

data cell_of(const PhaseCell& cell) {
  data one;
  one["title"] = data(false);
  if (cell.failed) {
    one["tone"] = "bad";
    one["text"] = format("✕ {}", cell.failed->ended ? duration(cell.failed->took_ms) : "no end");
    one["title"] = sanitized_line(cell.failed->ended ? cell.failed->failure : "it never ended");
  } else if (cell.took_ms.empty()) {
    one["tone"] = "none";
    one["text"] = "–";
  } else {
    one["tone"] = "";
    one["text"] = duration(cell.median_ms());
    if (cell.took_ms.size() > 1) one["title"] = format("middle of {}", cell.took_ms.size());
  }
  return one;
}

// A step of the cluster's life as one chip; those that went well more than once, such as `delete`, share one.
struct Step {
  const PhaseRecord* first;
  PhaseCell cell;
};

std::vector<Step> steps_of(const RunRecord& run) {
  std::vector<Step> steps;
  for (const PhaseRecord& phase : run.phases) {
    if (!phase.model.empty() || !phase.test.empty()) continue;
    auto same = std::find_if(steps.begin(), steps.end(),
                             [&](const Step& s) { return phase.ok && s.first->ok && s.first->phase == phase.phase; });
    if (same == steps.end()) same = steps.insert(same, Step{&phase, {}});
    same->cell.took_ms.push_back(phase.took_ms);
  }
  return steps;
}

data bring_up_of(const RunRecord& run) {
  data list = data::type::list;
  for (const auto& [phase, cell] : steps_of(run)) {
    data one;
    one["phase"] =
        std::string(to_string(phase->phase)) + (cell.took_ms.size() > 1 ? format(" ({})", cell.took_ms.size()) : "");
    one["tone"] = phase->ok ? "good" : "bad";
    one["took"] = (phase->ok ? "✓ " : "✕ ") + (phase->ended ? duration(cell.median_ms()) : std::string("no end"));
    one["failure"] = phase->failure.empty() ? data(false) : data(sanitized_line(phase->failure));
    list.push_back(one);
  }
  return list;
}

std::string node_facts(const exo_harness::journal::NodeSeen& node) {
  std::vector<std::string> facts;
  for (const std::string& fact : {node.chip, node.os, node.generation, node.api}) {
    if (!fact.empty()) facts.push_back(fact);
  }
  if (node.ram_total > 0) {
    facts.push_back(format("{} of {} memory free", exo_harness::human_bytes(node.ram_available),
                           exo_harness::human_bytes(node.ram_total)));
  }
  if (!node.id.empty()) facts.push_back(node.id);
  return sanitized_line(exo_harness::join(facts, " · "));
}

struct Sign {
  const char *symbol, *tone;
};
Sign sign_of(Agreement agreement) {
  switch (agreement) {
    case Agreement::yes:
      return {"✓", "good"};
    case Agreement::no:
      return {"✕", "bad"};
    case Agreement::no_prediction:
      return {"?", "warn"};
    case Agreement::nothing_seen:
      break;
  }
  return {"–", "none"};
}

}  // namespace

void set_times(data& page, const RunRecord& run) {
  const PhaseTable table = phase_table(run);
  data phases = data::type::list, rows = data::type::list;
  for (const auto& phase : table.phases) phases.push_back(data(std::string(to_string(phase))));
  for (const PhaseRow& row : table.rows) {
    data one, cells = data::type::list;
    one["model"] = sanitized_line(row.model);
    one["placement"] = row.placement.empty() ? std::string("–") : sanitized_line(row.placement);
    for (const PhaseCell& cell : row.cells) cells.push_back(cell_of(cell));
    one["cells"] = std::move(cells);
    rows.push_back(one);
  }
  page["phases"] = std::move(phases);
  page["times"] = std::move(rows);
  page["has_times"] = data(!table.rows.empty());
  data steps = bring_up_of(run);
  page["has_bring_up"] = data(steps.is_non_empty_list());
  page["bring_up"] = std::move(steps);
}

void set_cluster(data& page, const RunRecord& run) {
  data nodes = data::type::list, edges = data::type::list;
  for (std::size_t i = 0; i < run.nodes.size(); ++i) {
    data one;
    one["name"] = sanitized_line(run.nodes.size() > 8 ? format("{}. {}", i + 1, node_name(run.nodes[i]))
                                                      : node_name(run.nodes[i]));
    one["facts"] = node_facts(run.nodes[i]);
    nodes.push_back(one);
  }
  for (const Link& link : links_of(run)) {
    data one;
    one["tone"] = link.there && link.back ? "" : "bad";
    one["text"] = sanitized_line(in_words(link, run));
    edges.push_back(one);
  }
  page["has_nodes"] = data(!run.nodes.empty());
  page["nodes"] = std::move(nodes);
  page["edges"] = std::move(edges);
  page["topology"] = topology_svg(run);
}

void set_predictions(data& page, const RunRecord& run) {
  data list = data::type::list;
  for (const auto& p : run.predictions) {
    const Sign sign = sign_of(agreement_of(p));
    data one;
    one["model"] = sanitized_line(p.model);
    one["placement"] = sanitized_line(p.placement);
    one["predicted"] = sanitized_line(p.predicted);
    one["basis"] = sanitized_line(p.basis);
    one["seen"] = sanitized_line(p.seen.empty() ? "not tried" : p.seen);
    one["symbol"] = sign.symbol;
    one["tone"] = sign.tone;
    one["reason"] = sanitized_line(p.reason + (p.reason.empty() || p.detail.empty() ? "" : " · ") + p.detail);
    list.push_back(one);
  }
  page["has_predictions"] = data(!run.predictions.empty());
  page["predictions"] = std::move(list);
}

}  // namespace exo_reports
