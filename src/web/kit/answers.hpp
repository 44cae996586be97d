#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "http/message.hpp"

// How handlers read a request and answer it, in one place.
namespace holdfast::web {

struct Asset;

// The only place where a kind of error becomes an HTTP status.
int status_of(core::ErrorKind kind);

// {"error":{"code":…,"message":…}}. A 401 says that a bearer would do.
http::Response error_response(const core::Error& error);
http::Response error_response(int status, std::string_view code, std::string_view message);
// Every answer to an error that says how long to wait has it as Retry-After.
void set_retry_after(http::Response& response, const core::Error& error);
http::Response json_answer(int status, const boost::json::value& value);

// A static file, packed for those who take that.
http::Response asset_answer(const http::Request& request, const Asset& asset);
http::Response done_or_error(const core::Result<>& result);  // 204

// The id in the path parameter `name`; NotFound, as for an id that names nothing, when it is none.
template <class AnyId>
core::Result<AnyId> path_id(const http::Request& request, std::string_view name = "id") {
  auto id = AnyId::parse(request.parameter(name));
  if (!id) return core::fail(core::ErrorKind::NotFound, "not_found", "Nothing has this ID. It may have been deleted.");
  return *std::move(id);
}

bool has_bearer(const http::Request& request);
// The bearer that a request carries, which may be empty; nothing when it carries none.
std::optional<std::string> bearer_of(const http::Request& request);

}  // namespace holdfast::web
