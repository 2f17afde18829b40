#include "world/ids.h"

#include <chrono>
#include <ctime>
#include <random>

#include "exo_harness/core/format.h"

namespace exo_harness::fake {
namespace {

std::mt19937_64& generator() {
  static std::mt19937_64 engine = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  return engine;
}

std::string uuid_from(std::uint64_t high, std::uint64_t low) {
  return format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff, (high & 0x0fff) | 0x4000,
                (low >> 48 & 0x3fff) | 0x8000, low & 0xffffffffffffULL);
}

std::tm utc(std::time_t seconds) {
  std::tm out{};
  gmtime_r(&seconds, &out);
  return out;
}

std::string stamp(char between, std::string_view zone) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  const std::tm t = utc(static_cast<std::time_t>(micros / 1'000'000));
  return format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}.{:06}{}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, between,
                t.tm_hour, t.tm_min, t.tm_sec, micros % 1'000'000, zone);
}

}  // namespace

std::string new_uuid() {
  return uuid_from(generator()(), generator()());
}

std::string new_node_id(bool of_zenoh) {
  if (of_zenoh) return format("{:x}{:016x}", generator()() | 1, generator()());
  static constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  std::string id = "12D3KooW";
  while (id.size() < 52) id += kAlphabet[generator()() % kAlphabet.size()];
  return id;
}

int random_int(int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(generator());
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (unsigned char c : text) hash = (hash ^ c) * 1099511628211ULL;
  return hash;
}

std::string uuid_of(std::string_view seed) {
  const std::string first(seed);
  std::string id = uuid_from(hash_of(first), hash_of(first + "#"));
  for (char& c : id) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return id;
}

std::string now_iso() {
  return stamp('T', "Z");
}
std::string now_python() {
  return stamp(' ', "+00:00");
}
std::string now_seconds_iso() {
  return now_iso().substr(0, 19) + "Z";
}
std::int64_t now_unix() {
  return std::time(nullptr);
}

}  // namespace exo_harness::fake
