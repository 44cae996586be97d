#include "answers.hpp"

#include <boost/json/serialize.hpp>
#include <utility>

namespace holdfast::web {

int status_of(core::ErrorKind kind) {
  switch (kind) {
    case core::ErrorKind::Invalid:
      return 422;
    case core::ErrorKind::Unauthorized:
      return 401;
    case core::ErrorKind::Forbidden:
      return 403;
    case core::ErrorKind::NotFound:
      return 404;
    case core::ErrorKind::Conflict:
      return 409;
    case core::ErrorKind::Gone:
      return 410;
    case core::ErrorKind::TooMany:
      return 429;
    case core::ErrorKind::Unavailable:
      return 503;
  }
  std::unreachable();
}

http::Response json_answer(int status, const boost::json::value& value) {
  return http::json_response(status, boost::json::serialize(value));
}

http::Response error_response(int status, std::string_view code, std::string_view message) {
  boost::json::object error{{"code", code}, {"message", message}};
  boost::json::object body;
  body.emplace("error", std::move(error));
  return json_answer(status, body);
}

http::Response error_response(const core::Error& error) {
  auto response = error_response(status_of(error.kind), error.code, error.message);
  set_retry_after(response, error);
  return response;
}

void set_retry_after(http::Response& response, const core::Error& error) {
  if (error.retry_after) response.headers.set("Retry-After", std::to_string(error.retry_after->count()));
}

}  // namespace holdfast::web
