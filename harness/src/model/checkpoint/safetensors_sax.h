#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "exo_harness/model/checkpoint/safetensors.h"

namespace exo_harness::model {

/// Builds a header from the events of a JSON parser, so that no tree of a hostile 100 MB header is ever made.
/// Nothing deeper than `tensor → shape → number` is legal; the first thing that is not stops the parser, `trouble` says
/// why.
class SafetensorsSax : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit SafetensorsSax(SafetensorsHeader& header) : header_(header) {}
  const std::string& trouble() const { return trouble_; }

  /// `"__metadata__": null` is none, as safetensors (0.8) has it.
  bool null() override { return (place_ == Place::top && key_ == "__metadata__") || unexpected("null"); }
  bool boolean(bool) override { return unexpected("true or false"); }
  bool number_integer(number_integer_t) override { return unexpected("a negative number"); }
  bool number_unsigned(number_unsigned_t value) override;
  bool number_float(number_float_t, const string_t&) override {
    return unexpected("a number with a fraction, or too large");
  }
  bool string(string_t& value) override;
  bool binary(binary_t&) override { return unexpected("binary"); }
  bool start_object(std::size_t) override;
  bool key(string_t& value) override;
  bool end_object() override;
  bool start_array(std::size_t) override;
  bool end_array() override;
  bool parse_error(std::size_t position, const std::string& token, const nlohmann::json::exception& error) override;

 private:
  enum class Place { outside, top, tensor, metadata, shape, offsets, done };
  bool unexpected(std::string_view what);
  bool fail(std::string what);
  bool finish_tensor();

  SafetensorsHeader& header_;
  Place place_ = Place::outside;
  std::string key_, name_, trouble_;
  std::unordered_set<std::string> names_, keys_;
  Tensor tensor_;
  int offsets_ = 0;
};

}  // namespace exo_harness::model
