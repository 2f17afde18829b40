#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/checkpoint/folder.h"

#include "json_object.h"
#include "python_json.h"

namespace exo_harness::model {
namespace {

[[noreturn]] void bad_index(std::string_view name, std::string_view what) {
  throw HarnessError(format("{}: {}", name, what),
                     "the index is damaged: fetch it again, or stage again to have it made again");
}

std::string shown(std::string_view text) {
  return shorten(printable(text), 200);
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

}  // namespace

ShardIndex parse_index(std::string_view json, std::string_view name) {
  const PythonJson parsed = parse_python_json(json, name, 8);
  const nlohmann::json& root = parsed.value;
  if (!root.is_object()) bad_index(name, "expected an object");
  ShardIndex index;
  index.twice = parsed.twice;
  if (const auto metadata = root.find("metadata"); metadata != root.end() && metadata->is_object()) {
    index.total_size = JsonObject(*metadata, nullptr, name).number({"total_size"}, std::uint64_t{1} << 62);
  }
  const auto map = root.find("weight_map");
  if (map == root.end() || !map->is_object() || map->empty())
    bad_index(name, "`weight_map`: expected an object that is not empty");
  for (const auto& [tensor, file] : map->items()) {
    if (!file.is_string()) bad_index(name, format("`weight_map`: `{}`: expected a file name", shown(tensor)));
    const auto& place = file.get_ref<const std::string&>();
    if (!is_plain_name(place))
      bad_index(name,
                format("`weight_map`: `{}` lies in `{}`, which is outside of the folder", shown(tensor), shown(place)));
    index.files[tensor] = file.get<std::string>();
  }
  return index;
}

}  // namespace exo_harness::model
