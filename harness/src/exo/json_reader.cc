#include "json_reader.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "json_slices.h"

namespace exo_harness::exo {

namespace {

std::string excerpt(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return printable(shorten(text, kEvidenceBytes));
}

Failure not_json(std::string_view subject, std::string_view why, std::string_view text) {
  return {FailureKind::malformed, format("{}: not JSON as expected: {}", subject, why),
          printable(shorten(text, kEvidenceBytes))};
}

}  // namespace

void Node::fail(std::string_view expected) const {
  throw ShapeError{pointer_, format("expected {}, found {}", expected, json_->type_name()), excerpt(*json_)};
}

std::optional<Node> Node::find(std::string_view key) const {
  if (!json_->is_object()) fail("an object");
  auto it = json_->find(key);
  for (auto at = json_->begin(); it == json_->end() && at != json_->end(); ++at) {
    if (same_key(key, at.key())) it = at;
  }
  if (it == json_->end() || it->is_null()) return std::nullopt;
  return Node(*it, pointer_ + pointer_step(it.key()));
}

Node Node::at(std::string_view key) const {
  if (auto node = find(key)) return *node;
  throw ShapeError{pointer_, format("the member '{}' is missing or null", key), excerpt(*json_)};
}

std::vector<std::pair<std::string, Node>> Node::entries() const {
  if (!json_->is_object()) fail("an object");
  std::vector<std::pair<std::string, Node>> all;
  for (auto it = json_->begin(); it != json_->end(); ++it) {
    all.emplace_back(it.key(), Node(*it, pointer_ + pointer_step(it.key())));
  }
  return all;
}

std::vector<Node> Node::items() const {
  if (!json_->is_array()) fail("an array");
  std::vector<Node> all;
  for (std::size_t i = 0; i < json_->size(); ++i) all.emplace_back((*json_)[i], format("{}/{}", pointer_, i));
  return all;
}

std::string Node::text() const {
  if (!json_->is_string()) fail("a string");
  return json_->get<std::string>();
}

bool Node::flag() const {
  if (!json_->is_boolean()) fail("true or false");
  return json_->get<bool>();
}

double Node::real() const {
  if (!json_->is_number()) fail("a number");
  return json_->get<double>();
}

std::int64_t Node::integer(std::int64_t low, std::int64_t high) const {
  const std::string expected = format("an integer from {} to {}", low, high);
  if (!json_->is_number()) fail(expected);
  const double about = json_->get<double>();
  constexpr double kEnd = 9.2e18;  // Below 2^63: the conversions are defined.
  if (about != std::floor(about) || about < -kEnd || about > kEnd) fail(expected);
  const auto value = json_->is_number_float() ? static_cast<std::int64_t>(about) : json_->get<std::int64_t>();
  if (value < low || value > high) fail(expected);
  return value;
}

std::uint64_t Node::size() const {
  return static_cast<std::uint64_t>(integer(0, std::numeric_limits<std::int64_t>::max()));
}

std::uint64_t Node::bytes() const {
  return json_->is_object() ? at("inBytes").size() : size();
}

std::vector<std::string> Node::texts() const {
  std::vector<std::string> all;
  for (const Node& item : items()) all.push_back(item.text());
  return all;
}

std::string Node::text_or_empty(std::string_view key) const {
  const auto node = find(key);
  return node ? node->text() : "";
}

bool Node::flag_or(std::string_view key, bool fallback) const {
  const auto node = find(key);
  return node ? node->flag() : fallback;
}

int Node::number_or_zero(std::string_view key) const {
  const auto node = find(key);
  return node ? node->number() : 0;
}

std::uint64_t Node::bytes_or_zero(std::string_view key) const {
  const auto node = find(key);
  return node ? node->bytes() : 0;
}

std::vector<std::string> Node::texts_or_empty(std::string_view key) const {
  const auto node = find(key);
  return node ? node->texts() : std::vector<std::string>();
}

Tagged tagged(const Node& node) {
  if (!node.json().is_object() || node.json().size() != 1) node.fail("an object of one key, the name of its type");
  auto entries = node.entries();
  return {std::move(entries.front().first), std::move(entries.front().second)};
}

Node unwrapped(const Node& node) {
  if (!node.json().is_object() || node.json().size() != 1) return node;
  const std::string& key = node.json().begin().key();
  const bool is_class = !key.empty() && std::isupper(static_cast<unsigned char>(key.front())) != 0;
  return is_class ? node.entries().front().second : node;
}

void note_unknown(const Node& object, std::initializer_list<std::string_view> known, Unknown& unknown) {
  if (!object.json().is_object()) return;
  for (auto it = object.json().begin(); it != object.json().end(); ++it) {
    const auto knows = [&](std::string_view name) { return name == it.key() || same_key(name, it.key()); };
    if (std::none_of(known.begin(), known.end(), knows)) unknown.push_back(object.pointer() + pointer_step(it.key()));
  }
}

Outcome<Json> parse_json(std::string_view text, std::string_view subject) {
  try {
    if (const std::size_t values = check_text(text); values > kMostValues)
      return not_json(subject, format("about {} values, {} are the limit", values, kMostValues), text);
    return Json::parse(text);
  } catch (const ShapeError& error) {
    return Failure{FailureKind::malformed, format("{}: {}", subject, error.what), error.seen};
  } catch (const Json::exception& error) {
    return not_json(subject, printable(shorten(error.what(), 400)), text);
  }
}

Failure shape_failure(const ShapeError& error, std::string_view subject) {
  return {FailureKind::malformed,
          format("{}: {} at '{}'", subject, error.what, error.pointer.empty() ? "/" : printable(error.pointer)),
          error.seen};
}

}  // namespace exo_harness::exo
