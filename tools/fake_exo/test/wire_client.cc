#include "wire_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "exo_harness/core/text.h"

namespace exo_harness::fake {
namespace asio = boost::asio;

namespace {

/// Takes the chunks out of `raw`; whether the last one was there.
bool dechunk(std::string_view raw, std::string& body) {
  body.clear();
  while (true) {
    const std::size_t end = raw.find("\r\n");
    if (end == std::string_view::npos) return false;
    const std::size_t size = std::strtoul(std::string(raw.substr(0, end)).c_str(), nullptr, 16);
    if (size == 0) return true;
    if (raw.size() < end + 2 + size) {
      body += raw.substr(end + 2);
      return false;
    }
    body += raw.substr(end + 2, size);
    raw.remove_prefix(std::min(raw.size(), end + 2 + size + 2));
  }
}

void parse(const std::string& raw, bool is_head, WireAnswer& answer) {
  const std::size_t head = raw.find("\r\n\r\n");
  if (head == std::string::npos) return;
  answer.headers.clear();
  bool first = true, chunked = false;
  std::size_t length = std::string::npos;
  for (std::string_view line : split(std::string_view(raw).substr(0, head), '\n')) {
    line = trim(line);
    if (std::exchange(first, false)) {
      answer.status = std::atoi(std::string(line.substr(9, 3)).c_str());
      continue;
    }
    const std::size_t colon = line.find(':');
    answer.headers.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
    const std::string name = to_lower(answer.headers.back().first);
    chunked = chunked || name == "transfer-encoding";
    if (name == "content-length") length = std::strtoul(answer.headers.back().second.c_str(), nullptr, 10);
  }
  const std::string rest = raw.substr(head + 4);
  if (chunked)
    answer.complete = dechunk(rest, answer.body);
  else
    answer.body = rest, answer.complete = is_head || rest.size() == length;
}

}  // namespace

WireAnswer wire_request(const Address& to, const std::string& method, const std::string& target,
                        const std::string& body, const std::function<bool(const std::string&)>& until,
                        std::chrono::seconds limit,
                        const std::vector<std::pair<std::string, std::string>>& more_headers) {
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  WireAnswer answer;
  std::string raw;
  std::vector<char> buffer(65536);
  boost::system::error_code error;
  socket.connect({asio::ip::make_address(to.host), to.port}, error);
  if (error) return answer;
  std::string headers = body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n";
  for (const auto& [name, value] : more_headers) headers += name + ": " + value + "\r\n";
  if (!body.empty() && !contains(headers, "Content-Type")) headers += "Content-Type: application/json\r\n";
  asio::write(socket,
              asio::buffer(method + " " + target + " HTTP/1.1\r\nHost: " + to.text() + "\r\nConnection: close\r\n" +
                           headers + "\r\n" + body),
              error);
  std::function<void()> read = [&] {
    socket.async_read_some(asio::buffer(buffer), [&](boost::system::error_code failed, std::size_t size) {
      raw.append(buffer.data(), size);
      parse(raw, method == "HEAD", answer);
      if (failed || answer.complete || (until && until(answer.body))) return io.stop();
      read();
    });
  };
  read();
  io.run_for(limit);
  return answer;
}

std::vector<std::string> frames_of(const std::string& body, bool is_lines) {
  const std::string mark = is_lines ? "\n" : "\n\n";
  std::vector<std::string> out;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t end = body.find(mark, at);
    out.push_back(body.substr(at, end == std::string::npos ? end : end - at));
    if (end == std::string::npos) break;
    at = end + mark.size();
  }
  return out;
}

}  // namespace exo_harness::fake
