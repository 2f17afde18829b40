#include "api/validation.h"

#include <cstdlib>

#include "exo_harness/core/text.h"

#include "json/python_json.h"

namespace exo_harness::fake {
namespace {

const char* phrase_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

std::string expected_of(Field::Kind kind) {
  return kind == Field::Kind::sharding ? "'Tensor' or 'Pipeline'" : "'MlxRing' or 'MlxJaccl'";
}

bool is_enum_value(Field::Kind kind, const Json& value) {
  return kind == Field::Kind::sharding ? value == "Tensor" || value == "Pipeline"
                                       : value == "MlxRing" || value == "MlxJaccl";
}

bool reads_as_number(const Json& value, bool integer) {
  if (!value.is_string()) return false;
  const std::string text = value;
  char* end = nullptr;
  if (integer)
    std::strtoll(text.c_str(), &end, 10);
  else
    std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0';
}

constexpr const char* kRoles = "'system', 'user', 'assistant', 'developer', 'tool' or 'function'";

bool is_role(const Json& value) {
  return value.is_string() && contains(kRoles, "'" + value.get<std::string>() + "'");
}

void check_messages(const Json& loc, const Json& messages, Json& detail) {
  if (!messages.is_array())
    return detail.push_back(problem("list_type", loc, "Input should be a valid list", messages));
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Json& message = messages[i];
    Json at = loc;
    at.push_back(i);
    if (!message.is_object()) {
      detail.push_back(problem("model_attributes_type", at,
                               "Input should be a valid dictionary or object to extract fields from", message));
      continue;
    }
    at.push_back("role");
    if (!message.contains("role"))
      detail.push_back(problem("missing", at, "Field required", message));
    else if (!is_role(message["role"]))
      detail.push_back(problem("literal_error", at, std::string("Input should be ") + kRoles, message["role"],
                               {{"expected", kRoles}}));
  }
}

void check_text_or_list(const Json& loc, const Json& value, Json& detail) {
  if (value.is_string() || value.is_array()) return;
  Json as_text = loc, as_list = loc;
  as_text.push_back("str");
  as_list.push_back("list[str]");
  detail.push_back(problem("string_type", as_text, "Input should be a valid string", value));
  detail.push_back(problem("list_type", as_list, "Input should be a valid list", value));
}

void check_value(const Field& field, const Json& loc, Json& value, Json& detail) {
  using Kind = Field::Kind;
  if (value.is_null() && !field.required) return;
  switch (field.kind) {
    case Kind::text:
      if (!value.is_string()) detail.push_back(problem("string_type", loc, "Input should be a valid string", value));
      return;
    case Kind::list:
      if (!value.is_array()) detail.push_back(problem("list_type", loc, "Input should be a valid list", value));
      return;
    case Kind::messages:
      return check_messages(loc, value, detail);
    case Kind::text_or_list:
      return check_text_or_list(loc, value, detail);
    case Kind::any:
      return;
    case Kind::boolean:
      if (value.is_string())
        detail.push_back(
            problem("bool_parsing", loc, "Input should be a valid boolean, unable to interpret input", value));
      else if (!value.is_boolean())
        detail.push_back(problem("bool_type", loc, "Input should be a valid boolean", value));
      return;
    case Kind::sharding:
    case Kind::instance_meta:
      if (!is_enum_value(field.kind, value))
        detail.push_back(problem("enum", loc, "Input should be " + expected_of(field.kind), value,
                                 {{"expected", expected_of(field.kind)}}));
      return;
    case Kind::integer:
      if (reads_as_number(value, true)) value = std::strtoll(value.get<std::string>().c_str(), nullptr, 10);
      if (value.is_number_integer()) return;
      if (value.is_number() && value.get<double>() == static_cast<double>(value.get<std::int64_t>()))
        return void(value = value.get<std::int64_t>());
      if (value.is_string())
        detail.push_back(problem("int_parsing", loc,
                                 "Input should be a valid integer, unable to parse string as an integer", value));
      else if (value.is_number())
        detail.push_back(problem("int_from_float", loc,
                                 "Input should be a valid integer, got a number with a fractional part", value));
      else
        detail.push_back(problem("int_type", loc, "Input should be a valid integer", value));
      return;
    case Kind::number:
      if (reads_as_number(value, false)) value = std::strtod(value.get<std::string>().c_str(), nullptr);
      if (value.is_number()) return;
      if (value.is_string())
        detail.push_back(
            problem("float_parsing", loc, "Input should be a valid number, unable to parse string as a number", value));
      else
        detail.push_back(problem("float_type", loc, "Input should be a valid number", value));
  }
}

void check_fields(Checked& out, std::initializer_list<Field> fields, const char* place, const Json& missing_input) {
  for (const Field& field : fields) {
    const Json loc = {place, field.name};
    const auto found = out.body.find(field.name);
    if (found != out.body.end())
      check_value(field, loc, *found, out.detail);
    else if (field.required)
      out.detail.push_back(problem("missing", loc, "Field required", missing_input));
  }
}

}  // namespace

Json problem(const char* type, const Json& loc, const std::string& message, const Json& input, const Json& ctx) {
  Json out = {{"type", type}, {"loc", loc}, {"msg", message}, {"input", input}};
  if (!ctx.is_null()) out["ctx"] = ctx;
  return out;
}

Checked check_body(const Request& request, std::initializer_list<Field> fields) {
  Checked out;
  if (request.body.empty()) {
    out.detail.push_back(problem("missing", Json::array({"body"}), "Field required", nullptr));
    return out;
  }
  if (!request.content_type.empty() && !contains(to_lower(request.content_type), "json")) {
    out.detail.push_back(problem("model_attributes_type", Json::array({"body"}),
                                 "Input should be a valid dictionary or object to extract fields from", request.body));
    return out;
  }
  const auto error = python_json_error(request.body);
  out.body = error ? Json(Json::value_t::discarded) : Json::parse(request.body, nullptr, false);
  if (error || out.body.is_discarded()) {
    const PythonJsonError said = error.value_or(PythonJsonError{"Expecting value", 0});
    out.body = Json::object();
    out.detail.push_back(problem("json_invalid", {"body", said.position}, "JSON decode error", Json::object(),
                                 {{"error", said.message}}));
    return out;
  }
  if (!out.body.is_object()) {
    out.detail.push_back(problem("model_attributes_type", Json::array({"body"}),
                                 "Input should be a valid dictionary or object to extract fields from", out.body));
    return out;
  }
  check_fields(out, fields, "body", out.body);
  return out;
}

Checked check_query(const Request& request, std::initializer_list<Field> fields) {
  Checked out;
  for (const auto& [name, value] : request.query) out.body[name] = value;
  check_fields(out, fields, "query", nullptr);
  return out;
}

void send_detail(Exchange& exchange, const Json& detail) {
  exchange.send_json(422, {{"detail", detail}});
}

Json error_body(int status, const std::string& message) {
  return {{"error", {{"message", message}, {"type", phrase_of(status)}, {"param", nullptr}, {"code", status}}}};
}

void send_error(Exchange& exchange, int status, const std::string& message) {
  exchange.send_json(status, error_body(status, message));
}

}  // namespace exo_harness::fake
