#include "plain_frame.h"

#include <array>

#include "json_reader.h"

namespace exo_harness::exo {

namespace {

constexpr std::int64_t kLatest = 1LL << 62;

/// Where a value stands; each in the one before.
enum class Place { root, envelope, choices, choice, delta };

/// Gets the parts of a document one after the other; the first that is not plain ends it.
class PlainReader {
 public:
  explicit PlainReader(PlainFrame& frame) : frame_(frame) {
    for (std::string* text : {&frame.id, &frame.model, &frame.role, &frame.content, &frame.reasoning}) text->clear();
    frame.created.reset();
  }

  bool null() {
    if (std::string* text = text_of_key()) text->clear();  // Of a key that is there twice the last says what it is.
    return known_key();
  }
  bool boolean(bool) { return false; }
  bool number_integer(Json::number_integer_t number) { return this->number(number); }
  bool number_unsigned(Json::number_unsigned_t number) { return this->number(static_cast<std::int64_t>(number)); }
  bool number_float(Json::number_float_t, const std::string&) { return false; }
  bool binary(Json::binary_t&) { return false; }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) { return false; }

  bool string(std::string& text) {
    std::string* to = text_of_key();
    if (to == nullptr) return place_ == Place::envelope && key_ == "object";
    to->assign(text);  // Moving it would take the parser's memory away each time.
    return true;
  }

  bool key(std::string& name) {
    key_.assign(name);
    return true;
  }

  bool start_object(std::size_t) {
    if (place_ == Place::root) return enter(Place::envelope);
    if (place_ == Place::choices) return ++choices_ == 1 && enter(Place::choice);
    return place_ == Place::choice && key_ == "delta" && ++deltas_ == 1 && enter(Place::delta);
  }
  bool end_object() { return leave(); }
  bool start_array(std::size_t) {
    return place_ == Place::envelope && key_ == "choices" && choices_ == 0 && enter(Place::choices);
  }
  bool end_array() { return leave(); }

  bool is_whole() const { return choices_ == 1 && place_ == Place::root; }

 private:
  bool enter(Place place) {
    place_ = place;
    return true;
  }
  bool leave() {
    place_ = static_cast<Place>(static_cast<int>(place_) - 1);
    return true;
  }

  bool number(std::int64_t number) {
    if (place_ == Place::choice) return key_ == "index";
    if (place_ != Place::envelope || key_ != "created" || number < 0 || number > kLatest) return false;
    frame_.created = number;
    return true;
  }

  std::string* text_of_key() {
    if (place_ == Place::delta) {
      if (key_ == "content") return &frame_.content;
      if (key_ == "role") return &frame_.role;
      return key_ == "reasoning_content" ? &frame_.reasoning : nullptr;
    }
    if (place_ != Place::envelope) return nullptr;
    return key_ == "id" ? &frame_.id : key_ == "model" ? &frame_.model : nullptr;
  }

  /// Whether a null in this place is what v1.0.71 sends for what is not there.
  bool known_key() const {
    static constexpr std::array kOfEnvelope = {"usage", "service_tier"};
    static constexpr std::array kOfChoice = {"logprobs", "finish_reason", "usage"};
    static constexpr std::array kOfDelta = {"content",      "reasoning_content", "name",     "tool_calls",
                                            "tool_call_id", "function_call",     "reasoning"};
    const auto holds = [&](const auto& keys) {
      for (const char* each : keys) {
        if (key_ == each) return true;
      }
      return false;
    };
    return (place_ == Place::envelope && holds(kOfEnvelope)) || (place_ == Place::choice && holds(kOfChoice)) ||
           (place_ == Place::delta && holds(kOfDelta));
  }

  PlainFrame& frame_;
  Place place_ = Place::root;
  std::string key_;
  int choices_ = 0, deltas_ = 0;
};

}  // namespace

bool read_plain_frame(std::string_view json, PlainFrame& frame) {
  PlainReader reader(frame);
  return Json::sax_parse(json.begin(), json.end(), &reader) && reader.is_whole();
}

}  // namespace exo_harness::exo
