#include "safetensors_sax.h"

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "json_object.h"

namespace exo_harness::model {
namespace {

constexpr std::size_t kMostDimensions = 16;

}  // namespace

bool SafetensorsSax::fail(std::string what) {
  trouble_ = name_.empty() ? std::move(what) : format("tensor `{}`: {}", shorten(printable(name_), 200), what);
  return false;
}

bool SafetensorsSax::unexpected(std::string_view what) {
  if (key_.empty()) return fail(format("expected an object of tensors, found {}", what));
  return fail(format("`{}` is {}", shorten(printable(key_), 200), what));
}

bool SafetensorsSax::number_unsigned(number_unsigned_t value) {
  if (place_ == Place::shape) {
    if (tensor_.shape.size() == kMostDimensions) return fail(format("more than {} dimensions", kMostDimensions));
    tensor_.shape.push_back(value);
    return true;
  }
  if (place_ != Place::offsets) return unexpected("a number");
  if (offsets_ == 2) return fail("data_offsets has more than two numbers");
  (offsets_++ == 0 ? tensor_.begin : tensor_.end) = value;
  return true;
}

bool SafetensorsSax::string(string_t& value) {
  if (place_ == Place::metadata) {
    header_.metadata[key_] = std::move(value);
    return true;
  }
  if (place_ != Place::tensor || key_ != "dtype") return unexpected("a string");
  tensor_.dtype = std::move(value);
  return true;
}

bool SafetensorsSax::start_object(std::size_t) {
  if (place_ == Place::outside) {
    place_ = Place::top;
    return true;
  }
  if (place_ != Place::top) return unexpected("an object");
  place_ = key_ == "__metadata__" ? Place::metadata : Place::tensor;
  if (place_ == Place::tensor) {
    name_ = key_;
    tensor_ = Tensor{};
    tensor_.name = key_;
  }
  keys_.clear();
  offsets_ = 0;
  return true;
}

bool SafetensorsSax::key(string_t& value) {
  key_ = std::move(value);
  std::unordered_set<std::string>& known = place_ == Place::top ? names_ : keys_;
  if (!known.insert(key_).second) return fail(format("`{}` stands twice", shorten(printable(key_), 200)));
  const bool legal = key_ == "dtype" || key_ == "shape" || key_ == "data_offsets";
  if (place_ == Place::tensor && !legal)
    return fail(format("`{}` is no key of a tensor", shorten(printable(key_), 200)));
  return true;
}

bool SafetensorsSax::end_object() {
  if (place_ == Place::tensor && !finish_tensor()) return false;
  place_ = place_ == Place::top ? Place::done : Place::top;
  name_.clear();
  return true;
}

bool SafetensorsSax::finish_tensor() {
  if (keys_.size() != 3) return fail("needs dtype, shape and data_offsets");
  if (offsets_ != 2) return fail("data_offsets needs two numbers");
  header_.tensors.push_back(std::move(tensor_));
  return true;
}

bool SafetensorsSax::start_array(std::size_t) {
  if (place_ == Place::tensor && key_ == "shape") {
    place_ = Place::shape;
  } else if (place_ == Place::tensor && key_ == "data_offsets") {
    place_ = Place::offsets;
  } else {
    return unexpected("an array");
  }
  return true;
}

bool SafetensorsSax::end_array() {
  place_ = Place::tensor;
  return true;
}

bool SafetensorsSax::parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error) {
  return fail(format("the header is not JSON at byte {}: {}", position, json_complaint(error)));
}

}  // namespace exo_harness::model
