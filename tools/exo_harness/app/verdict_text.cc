#include "app/verdict_text.h"

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {
namespace {

constexpr std::size_t kMostReasons = 20;

std::string reason_text(std::size_t number, const exo_reports::Reason& reason) {
  std::string text = format("{:>3}. {}: {}\n     {}\n", number, humanize(reason.verdict), printable(reason.subject),
                            printable(shorten(reason.what, 600)));
  if (!reason.cause.empty()) text += format("     cause: {}\n", printable(reason.cause));
  if (!reason.remedy.empty()) text += format("     → {}\n", printable(reason.remedy));
  return text;
}

}  // namespace

std::string verdict_text(const exo_reports::Judgement& judgement, const std::filesystem::path& report) {
  std::string text = "\n";
  if (!judgement.answer.empty()) text += printable(judgement.answer) + "\n";
  text += judgement.sentence + "\n";
  std::size_t number = 0;
  for (const exo_reports::Reason& reason : judgement.reasons) {
    if (++number > kMostReasons) {
      text += format("     … and {} more in the report\n", judgement.reasons.size() - kMostReasons);
      break;
    }
    text += reason_text(number, reason);
  }
  return text + format("report: {}\n", report.string());
}

}  // namespace exo_harness::tools
