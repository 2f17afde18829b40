#include "world/log.h"

#include <chrono>
#include <ctime>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

namespace exo_harness::fake {
namespace {

struct Now {
  std::tm local{};
  int micros = 0;
};

Now now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(since).count();
  Now out;
  const auto seconds = static_cast<std::time_t>(micros / 1'000'000);
  localtime_r(&seconds, &out.local);
  out.micros = static_cast<int>(micros % 1'000'000);
  return out;
}

std::string_view colour_of(std::string_view level) {
  if (level == "WARNING") return "\x1b[33m";
  if (level == "ERROR") return "\x1b[31m";
  return "";
}

}  // namespace

Log::Log(const std::filesystem::path& file) {
  if (file.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (std::filesystem::exists(file, error)) {
    const Now t = now();
    const std::string old =
        format("exo.{:04}-{:02}-{:02}_{:02}-{:02}-{:02}_{:06}.log", t.local.tm_year + 1900, t.local.tm_mon + 1,
               t.local.tm_mday, t.local.tm_hour, t.local.tm_min, t.local.tm_sec, t.micros);
    std::filesystem::rename(file, file.parent_path() / old, error);
  }
  file_ = std::fopen(file.c_str(), "ae");
  if (!file_) throw HarnessError("cannot write the log " + file.string(), "choose another --log-file");
}

Log::~Log() {
  if (file_) std::fclose(file_);
}

void Log::raw(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  if (!file_) return;
  std::fwrite(text.data(), 1, text.size(), file_);
  std::fflush(file_);
}

void Log::write(std::string_view level, std::string_view where, std::string_view text) {
  const Now t = now();
  if (file_) {
    const std::string line = format("[ {:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03} | {:<8} | {} ] {}\n",
                                    t.local.tm_year + 1900, t.local.tm_mon + 1, t.local.tm_mday, t.local.tm_hour,
                                    t.local.tm_min, t.local.tm_sec, t.micros / 1000, level, where, text);
    std::fwrite(line.data(), 1, line.size(), file_);
    std::fflush(file_);
  }
  const int hour = t.local.tm_hour % 12 == 0 ? 12 : t.local.tm_hour % 12;
  const std::string_view colour = colour_of(level);
  const std::string line =
      format("[ {:02}:{:02}:{:02}.{:04}{} | {}\x1b[1m{:<8}\x1b[0m] {}\x1b[1m{}\x1b[0m\n", hour, t.local.tm_min,
             t.local.tm_sec, t.micros / 100, t.local.tm_hour < 12 ? "AM" : "PM", colour, level, colour, text);
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fflush(stdout);
}

}  // namespace exo_harness::fake
