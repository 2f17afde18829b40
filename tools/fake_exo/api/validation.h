#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "api/http_server.h"
#include "json/json.h"

namespace exo_harness::fake {

/// What pydantic checks of one field of a body or query.
struct Field {
  const char* name;
  enum class Kind {
    text,
    integer,
    number,
    boolean,
    list,
    messages,
    text_or_list,
    any,
    sharding,
    instance_meta
  } kind = Kind::text;
  bool required = false;
};

/// The checked body, or the `detail` list of FastAPI's 422.
struct Checked {
  Json body = Json::object();
  Json detail = Json::array();
  bool good() const { return detail.empty(); }
};

Checked check_body(const Request& request, std::initializer_list<Field> fields);
Checked check_query(const Request& request, std::initializer_list<Field> fields);

/// 422 with that detail.
void send_detail(Exchange& exchange, const Json& detail);
/// Exo's own error: `{"error":{"message","type","param","code"}}`.
void send_error(Exchange& exchange, int status, const std::string& message);
/// One entry of that list.
Json problem(const char* type, const Json& loc, const std::string& message, const Json& input,
             const Json& ctx = nullptr);
Json error_body(int status, const std::string& message);

}  // namespace exo_harness::fake
