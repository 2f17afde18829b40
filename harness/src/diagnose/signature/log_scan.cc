#include "exo_harness/diagnose/signature/log_scan.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <fstream>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "log_record.h"
#include "signature_impl.h"

namespace exo_harness::diagnose {
namespace {

constexpr std::size_t kShown = 2048;
constexpr std::string_view kTraceback = "Traceback (most recent call last)";

std::string shown(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return printable(shorten(line, kShown));
}

// Walks lines backwards from `end` (the start of a line, or the end of the block).
class LinesBefore {
 public:
  LinesBefore(std::string_view block, std::size_t end) : block_(block), end_(end) {}
  bool next(std::string_view& line) {
    if (end_ == 0) return false;
    const std::size_t last = end_ - 1;  // the newline of the line before
    const std::size_t newline = last == 0 ? std::string_view::npos : block_.rfind('\n', last - 1);
    begin_ = newline == std::string_view::npos ? 0 : newline + 1;
    line = block_.substr(begin_, last - begin_);
    end_ = begin_;
    return true;
  }
  std::size_t begin() const { return begin_; }

 private:
  std::string_view block_;
  std::size_t end_, begin_ = 0;
};

}  // namespace

struct LogScanner::Impl {
  Impl(SignatureBook the_book, Options the_options)
      : book(std::move(the_book)), options(std::move(the_options)), counts(book.all().size(), 0) {}

  void feed(std::string_view bytes);
  void keep_pending(std::string_view bytes);
  void scan_lines(std::string_view raw);
  void scan_block(std::string_view block);
  void look_at(std::string_view block, std::size_t begin, std::size_t end);
  void follow_records(std::string_view block, std::size_t end, std::uint64_t next_line);
  void add_hit(std::string_view block, std::size_t begin, std::size_t end, const Signature& signature);
  void fill_after(std::string_view block, std::size_t from);
  void remember_tail(std::string_view block);
  std::uint64_t line_at(std::string_view block, std::size_t begin);

  SignatureBook book;
  Options options;
  std::vector<Hit> hits;
  std::vector<std::uint64_t> counts;
  std::string pending;
  bool skipping = false;  // inside a line that is over the limit
  std::deque<std::string> recent;
  std::uint64_t lines = 0;   // up to `counted`
  std::size_t counted = 0;   // position in the block
  std::size_t followed = 0;  // records are known up to here
  LogRecord record;
  std::optional<Phase> phase;    // that the runner of this log is in, as it said itself
  std::uint64_t hit_record = 0;  // record of the last hit
  const Signature* hit_signature = nullptr;
  bool hit_kept = false;
  std::size_t awaiting_from = 0;  // hits from here on still want lines after them
};

void LogScanner::Impl::feed(std::string_view bytes) {
  if (!pending.empty() || skipping) {
    const std::size_t newline = bytes.find('\n');
    keep_pending(bytes.substr(0, newline));
    if (newline == std::string_view::npos) return;
    pending.push_back('\n');
    scan_lines(pending);
    pending.clear();
    skipping = false;
    bytes.remove_prefix(newline + 1);
  }
  const std::size_t last = bytes.rfind('\n');
  if (last != std::string_view::npos) {
    scan_lines(bytes.substr(0, last + 1));
    bytes.remove_prefix(last + 1);
  }
  keep_pending(bytes);
}

void LogScanner::Impl::keep_pending(std::string_view bytes) {
  const std::size_t room = SignatureBook::kLineLimit - std::min(pending.size(), SignatureBook::kLineLimit);
  if (bytes.size() > room) skipping = true;
  pending.append(bytes.substr(0, room));
}

void LogScanner::Impl::scan_lines(std::string_view raw) {
  if (std::memchr(raw.data(), '\x1b', raw.size()) == nullptr) {
    scan_block(raw);
  } else {
    scan_block(strip_ansi(raw));
  }
}

void LogScanner::Impl::scan_block(std::string_view block) {
  counted = followed = 0;
  fill_after(block, 0);
  std::size_t at = 0;  // Lines before it are done.
  for (const std::size_t found : book.impl().automaton.find_ends(block)) {
    if (found <= at) continue;
    const std::size_t newline = block.rfind('\n', found - 1);
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    const std::size_t end = block.find('\n', found - 1);
    if (found - begin <= SignatureBook::kLineLimit) look_at(block, begin, end);
    at = end + 1;
  }
  follow_records(block, block.size(), line_at(block, block.size()));
  remember_tail(block);
}

std::uint64_t LogScanner::Impl::line_at(std::string_view block, std::size_t begin) {
  lines += static_cast<std::uint64_t>(std::count(block.begin() + counted, block.begin() + begin, '\n'));
  counted = begin;
  return lines + 1;
}

void LogScanner::Impl::look_at(std::string_view block, std::size_t begin, std::size_t end) {
  const std::string_view line = block.substr(begin, end - begin);
  if (const auto begun = phase_begun(line)) phase = begun;
  const Signature* signature = book.match_line(line, phase);
  if (signature == nullptr) return;
  const std::uint64_t number = line_at(block, begin);
  follow_records(block, end + 1, number + 1);
  if (!is_believable(record, *signature, record.line == number)) return;
  add_hit(block, begin, end, *signature);
}

// Brings `record` up to the line that ends before `end`; `next_line` is the number of the one after it.
void LogScanner::Impl::follow_records(std::string_view block, std::size_t end, std::uint64_t next_line) {
  constexpr std::size_t kFarthest = 256 * 1024;
  bool traceback = false, header = false;
  LinesBefore walk(block, end);
  std::string_view line;
  while (!header && walk.next(line) && walk.begin() >= followed && end - walk.begin() <= kFarthest) {
    header = begin_record(line, --next_line, record);
    traceback = traceback || contains(line.substr(0, 256), kTraceback);
  }
  record.traceback = header ? traceback : record.traceback || traceback;
  followed = end;
}

void LogScanner::Impl::add_hit(std::string_view block, std::size_t begin, std::size_t end, const Signature& signature) {
  const bool same_event = record.line != 0 && record.line == hit_record && record.traceback && hit_signature != nullptr;
  if (same_event && !says_more(signature, *hit_signature)) return;
  if (same_event) {
    --counts[hit_signature->order];
    if (hit_kept) {
      hits.pop_back();
      awaiting_from = std::min(awaiting_from, hits.size());
    }
  }
  hit_record = record.line;
  hit_signature = &signature;
  hit_kept = counts[signature.order]++ < options.hits_per_signature;
  if (!hit_kept) return;
  Hit hit{&signature, options.node, options.source, lines + 1, record.time, record.level, {}, {}, {}};
  hit.text = shown(block.substr(begin, end - begin));
  LinesBefore walk(block, begin);
  std::string_view line;
  while (hit.before.size() < options.context_lines && walk.next(line))
    hit.before.insert(hit.before.begin(), shown(line));
  for (auto it = recent.rbegin(); it != recent.rend() && hit.before.size() < options.context_lines; ++it) {
    hit.before.insert(hit.before.begin(), *it);
  }
  hits.push_back(std::move(hit));
  fill_after(block, end + 1);
}

// Gives the last hits the lines after them; those whose lines are not there yet wait for the next block.
void LogScanner::Impl::fill_after(std::string_view block, std::size_t from) {
  for (std::size_t i = awaiting_from; i < hits.size(); ++i) {
    if (from != 0 && i + 1 < hits.size()) continue;
    std::size_t at = from;
    while (hits[i].after.size() < options.context_lines && at < block.size()) {
      const std::size_t newline = block.find('\n', at);
      hits[i].after.push_back(shown(block.substr(at, newline - at)));
      at = newline + 1;
    }
  }
  while (awaiting_from < hits.size() && hits[awaiting_from].after.size() >= options.context_lines) ++awaiting_from;
}

void LogScanner::Impl::remember_tail(std::string_view block) {
  const std::size_t wanted = std::max(options.context_lines, options.tail_lines);
  std::deque<std::string> fresh;
  LinesBefore walk(block, block.size());
  std::string_view line;
  while (fresh.size() < wanted && walk.next(line)) fresh.push_front(shown(line));
  while (fresh.size() < wanted && !recent.empty()) {
    fresh.push_front(std::move(recent.back()));
    recent.pop_back();
  }
  recent = std::move(fresh);
}

LogScanner::LogScanner(SignatureBook book, Options options)
    : impl_(std::make_unique<Impl>(std::move(book), std::move(options))) {}
LogScanner::LogScanner(LogScanner&&) noexcept = default;
LogScanner::~LogScanner() = default;

void LogScanner::feed(std::string_view bytes) {
  impl_->feed(bytes);
}

void LogScanner::finish() {
  if (!impl_->pending.empty()) impl_->feed("\n");
}

const std::vector<Hit>& LogScanner::hits() const {
  return impl_->hits;
}

std::map<std::string, std::uint64_t> LogScanner::counts() const {
  std::map<std::string, std::uint64_t> named;
  for (const Signature& signature : impl_->book.all()) {
    if (impl_->counts[signature.order] > 0) named[signature.id] = impl_->counts[signature.order];
  }
  return named;
}

std::uint64_t LogScanner::lines() const {
  return impl_->lines;
}

std::vector<std::string> LogScanner::tail() const {
  const std::size_t count = std::min(impl_->recent.size(), impl_->options.tail_lines);
  return {impl_->recent.end() - static_cast<std::ptrdiff_t>(count), impl_->recent.end()};
}

namespace {

NodeLog result_of(LogScanner& scanner, const LogScanner::Options& options) {
  scanner.finish();
  return {options.node, options.source, -1, scanner.hits(), scanner.tail(), scanner.lines()};
}

}  // namespace

NodeLog scan_text(const SignatureBook& book, std::string_view text, LogScanner::Options options) {
  LogScanner scanner(book, options);
  scanner.feed(text);
  return result_of(scanner, options);
}

NodeLog scan_file(const SignatureBook& book, const std::filesystem::path& file, LogScanner::Options options,
                  std::uint64_t offset) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw HarnessError(format("{} cannot be read", file.string()), "check the path and its permissions");
  in.seekg(static_cast<std::streamoff>(offset));
  if (options.source.empty()) options.source = file.string();
  LogScanner scanner(book, options);
  std::vector<char> buffer(1 << 20);
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    scanner.feed({buffer.data(), static_cast<std::size_t>(in.gcount())});
  }
  return result_of(scanner, options);
}

}  // namespace exo_harness::diagnose
