#include "membership/gatherer.h"

#include <algorithm>
#include <utility>

#include "exo_harness/core/format.h"

#include "membership/cluster.h"
#include "world/events.h"

namespace exo_harness::fake {
namespace {

constexpr std::uint64_t kDiskTotal = 270'553'174'016, kDiskFree = 81'841'741'824;

Json interfaces(const Context& context) {
  auto entry = [](const std::string& name, const std::string& ip, const char* type) {
    return Json{{"name", name}, {"ip_address", ip}, {"interface_type", type}};
  };
  if (!context.host.is_mac)
    return {entry("lo", "127.0.0.1", "unknown"), entry("lo", "::1", "unknown"),
            entry("eth0", context.options.listen.host, "unknown")};
  Json out = Json::array({entry("en0", context.options.listen.host, "ethernet")});
  for (const auto& [name, ip] : context.host.addresses) out.push_back(entry(name, ip, "maybe_ethernet"));
  return out;
}

Json shard_of_card(const Model& model) {
  return {{"PipelineShardMetadata",
           {{"model_card", to_snake(model.card)},
            {"device_rank", 0},
            {"world_size", 1},
            {"immediate_exception", false},
            {"should_timeout", nullptr},
            {"start_layer", 0},
            {"end_layer", model.layers},
            {"n_layers", model.layers}}}};
}

Json progress_of(const Context& context, const Model& model, bool here) {
  Json fields = {
      {"node_id", context.id}, {"shard_metadata", shard_of_card(model)}, {"model_directory", model.directory}};
  if (here) {
    fields["total"] = {{"in_bytes", model.size_bytes}};
    fields["read_only"] = true;
    return {{"DownloadCompleted", fields}};
  }
  fields["downloaded"] = {{"in_bytes", 0}};
  fields["total"] = {{"in_bytes", 0}};
  return {{"DownloadPending", fields}};
}

}  // namespace

Gatherer::Gatherer(Context& context) : context_(context), timer_(context.io) {}

void Gatherer::info(const Json& body) {
  if (!body.is_null()) context_.cluster->submit(node_gathered_info(context_.id, body));
}

void Gatherer::begin() {
  beat();
  info({{"NodeNetworkInterfaces", {{"ifaces", interfaces(context_)}}}});
  info({{"MiscData", {{"friendly_name", context_.options.name}}}});
  const RdmaHost& host = context_.host;
  info({{"StaticNodeInformation",
         {{"model", host.model}, {"chip", host.chip}, {"os_version", host.os}, {"os_build_version", host.build}}}});
  info({{"NodeDiskUsage",
         {{"disk_usage", {{"total", {{"in_bytes", kDiskTotal}}}, {"available", {{"in_bytes", kDiskFree}}}}}}}});
  if (context_.options.is_main()) info({{"NodeBackends", {{"backends", host.backends}}}});
  info({{"NodeConfig", Json::object()}});
  for (const Json* part : {&host.rdma_ctl, &host.bridge, &host.identifiers, &host.connections}) info(*part);
  report_downloads();
}

void Gatherer::report_downloads() {
  for (const Model& model : context_.catalogue.models()) {
    const bool missing = context_.faults.any_of(
        "missing-model", [&](const Fault& fault) { return fault.arg("model", model.id) == model.id; });
    const bool here = model.staged && !missing;
    if (here)
      context_.log.warning(context_.options.is_main() ? "exo.download.download_utils:fetch_file_list_with_cache:410"
                                                      : "exo.download.download_utils:fetch_file_list_with_cache:379",
                           "No internet and no cached file list for " + model.id + " - using local file list");
    context_.cluster->submit(download_progress(progress_of(context_, model, here)));
  }
}

// A cable that is pulled or dies takes its edges with it at the next look (rdma contract 3).
void Gatherer::report_cables() {
  const bool out = context_.faults.find("cable-out") != nullptr;
  if (out == std::exchange(cable_out_, out) || context_.host.connections.is_null()) return;
  Json none = context_.host.connections;
  none["MacThunderboltConnections"]["conns"] = Json::array();
  info(out ? none : context_.host.connections);
}

void Gatherer::beat() {
  report_cables();
  const std::uint64_t free = context_.options.memory_bytes;
  info({{"ram_total", {{"in_bytes", free + 689'524'736}}},
        {"ram_available", {{"in_bytes", free}}},
        {"swap_total", {{"in_bytes", 0}}},
        {"swap_available", {{"in_bytes", 0}}}});
  // More nodes, fewer beats: each beat goes to everybody.
  const int crowd = static_cast<int>(context_.cluster->roster().size());
  const std::chrono::milliseconds least(std::max({250, 20 * crowd, crowd * crowd / 4}));
  timer_.expires_after(context_.options.scaled(1, least));
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) beat();
  });
}

}  // namespace exo_harness::fake
