#include <algorithm>
#include <array>

#include "readers.h"

namespace exo_harness::exo {

namespace {

Download::Status status_of(std::string_view tag) {
  if (tag == "DownloadPending") return Download::Status::pending;
  if (tag == "DownloadOngoing") return Download::Status::ongoing;
  if (tag == "DownloadCompleted") return Download::Status::completed;
  if (tag == "DownloadFailed") return Download::Status::failed;
  return Download::Status::unknown;
}

std::string model_of(const Node& value) {
  const auto shard = value.find("shardMetadata");
  if (!shard) return "";
  const auto card = tagged(*shard).value.find("modelCard");
  return card ? card->text_or_empty("modelId") : "";
}

/// Bytes that are there: a member of its own, or inside the progress of a running download.
void read_progress(const Node& value, Download& download) {
  const auto progress = value.find("downloadProgress");
  const Node& from = progress ? *progress : value;
  download.total_bytes = from.bytes_or_zero("total");
  download.done_bytes = from.bytes_or_zero("downloaded");
  if (download.status == Download::Status::completed) download.done_bytes = download.total_bytes;
}

constexpr std::array<std::string_view, 10> kTaskKinds{
    "CreateRunner",   "DownloadModel", "ConnectToGroup",  "LoadModel",  "StartWarmup",
    "TextGeneration", "CancelTask",    "ImageGeneration", "ImageEdits", "Shutdown"};

}  // namespace

Download read_download(const Node& node, std::string_view node_id, Unknown& unknown) {
  const auto [tag, value] = tagged(node);
  Download download;
  download.tag = tag;
  download.status = status_of(tag);
  download.node_id = node_id;
  if (download.status == Download::Status::unknown) {
    unknown.push_back(value.pointer());
    return download;
  }
  note_unknown(value,
               {"nodeId", "shardMetadata", "modelDirectory", "downloaded", "total", "readOnly", "errorMessage",
                "downloadProgress"},
               unknown);
  download.model_id = model_of(value);
  download.directory = value.text_or_empty("modelDirectory");
  download.error_message = value.text_or_empty("errorMessage");
  download.read_only = value.flag_or("readOnly", false);
  read_progress(value, download);
  return download;
}

Task read_task(const Node& node, std::string_view id, Unknown& unknown) {
  const auto [tag, value] = tagged(node);
  Task task;
  task.id = id;
  task.kind = tag;
  if (std::find(kTaskKinds.begin(), kTaskKinds.end(), tag) == kTaskKinds.end()) unknown.push_back(value.pointer());
  if (!value.json().is_object()) return task;
  task.status = value.text_or_empty("taskStatus");
  task.instance_id = value.text_or_empty("instanceId");
  task.command_id = value.text_or_empty("commandId");
  task.error_message = value.text_or_empty("errorMessage");
  return task;
}

}  // namespace exo_harness::exo
