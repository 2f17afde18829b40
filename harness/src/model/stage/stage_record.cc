#include "stage_record.h"

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

#include "model/checkpoint/json_object.h"
#include "model/checkpoint/python_json.h"

namespace exo_harness::model {
namespace {

constexpr std::uintmax_t kLongestRecord = 8u << 20;

/// A file that we would remove: relative, and inside.
bool is_inside(const std::string& name) {
  const std::filesystem::path path = std::filesystem::path(name).lexically_normal();
  return !name.empty() && path.is_relative() && !path.empty() && *path.begin() != ".." && *path.begin() != ".";
}

}  // namespace

std::string to_json(const StageRecord& record) {
  const nlohmann::ordered_json json = {{"format", 1},
                                       {"source", record.source},
                                       {"revision", record.revision},
                                       {"copy", record.copy},
                                       {"files", record.files},
                                       {"card", record.card},
                                       {"card_content", record.card_content},
                                       {"hugging_face", record.hugging_face}};
  return json.dump(1) + "\n";
}

std::optional<StageRecord> read_stage_record(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kStageRecord;
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(file, ignored))) return {};
  const nlohmann::json json = parse_python_json(read_file(file, kLongestRecord), file.string(), 4).value;
  const JsonObject object(json, nullptr, file.string());
  StageRecord record;
  record.source = object.text({"source"});
  record.revision = object.text({"revision"});
  record.copy = object.flag({"copy"});
  record.files = object.texts({"files"});
  record.card = object.text({"card"});
  record.card_content = object.text({"card_content"});
  record.hugging_face = object.text({"hugging_face"});
  for (const std::string& name : record.files) {
    if (!is_inside(name))
      throw HarnessError(format("{}: `{}` is not inside of the folder", file.string(), name),
                         "the record is damaged: remove the folder by hand");
  }
  return record;
}

}  // namespace exo_harness::model
