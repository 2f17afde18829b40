#include "known_marks.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/checkpoint/marks.h"
#include "exo_harness/model/stage/locate.h"

namespace exo_harness::gtest {
namespace {

std::vector<std::string> marks_of_fixtures(const char* file) {
  std::vector<std::string> marks;
  const std::string text = read_file(model::fixtures_folder() / file);
  for (const std::string_view line : lines(text)) {
    if (!trim(line).empty() && !line.starts_with("#")) marks.emplace_back(trim(line));
  }
  return marks;
}

std::vector<std::string> marks_of_files(const model::FixtureModel& model, const exo::State& state) {
  for (const exo::Download& download : state.downloads) {
    const bool is_it = download.model_id == model.repo && download.status == exo::Download::Status::completed;
    if (!is_it || download.directory.empty()) continue;
    if (auto marks = model::template_marks(download.directory); !marks.empty()) return marks;
  }
  const auto here = model::find_model(model);
  return here ? model::template_marks(*here) : std::vector<std::string>();
}

}  // namespace

std::vector<std::string> known_marks(const model::FixtureModel& model, const exo::State& state) {
  if (!model.makes_sense) return {};
  std::vector<std::string> marks = marks_of_fixtures("marks.txt");
  for (std::string& mark : marks_of_files(model, state)) {
    if (std::find(marks.begin(), marks.end(), mark) == marks.end()) marks.push_back(std::move(mark));
  }
  return marks;
}

const std::vector<std::string>& known_end_marks() {
  static const std::vector<std::string> kMarks = marks_of_fixtures("end_marks.txt");
  return kMarks;
}

}  // namespace exo_harness::gtest
