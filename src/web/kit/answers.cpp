#include "kit/answers.hpp"

#include <utility>

#include "http/compress.hpp"
#include "kit/json/json_text.hpp"
#include "kit/render/assets.hpp"
#include "text/ascii.hpp"

namespace holdfast::web {
namespace {

constexpr std::string_view kBearerScheme = "bearer ";

}  // namespace

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
  return http::json_response(status, json_text(value));
}

http::Response error_response(int status, std::string_view code, std::string_view message) {
  boost::json::object error{{"code", code}, {"message", message}};
  boost::json::object body;
  body.emplace("error", std::move(error));
  auto response = json_answer(status, std::move(body));
  if (status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}

http::Response error_response(const core::Error& error) {
  auto response = error_response(status_of(error.kind), error.code, error.message);
  set_retry_after(response, error);
  return response;
}

void set_retry_after(http::Response& response, const core::Error& error) {
  if (error.retry_after) response.headers.set("Retry-After", std::to_string(error.retry_after->count()));
}

http::Response asset_answer(const http::Request& request, const Asset& asset) {
  const bool packed =
      !asset.gzip_bytes.empty() && http::accepts_encoding(request.headers.get("Accept-Encoding"), "gzip");
  http::Response response;
  response.static_body = packed ? asset.gzip_bytes : asset.bytes;
  if (packed) response.headers.set("Content-Encoding", "gzip");
  response.headers.set("Content-Type", std::string(asset.content_type));
  response.headers.set("Vary", "Accept-Encoding");
  return response;
}

http::Response done_or_error(const core::Result<>& result) {
  return result ? http::empty_response() : error_response(result.error());
}

bool has_bearer(const http::Request& request) {
  const auto header = request.headers.get("Authorization");
  return text::to_lower_ascii(header.substr(0, kBearerScheme.size())) == kBearerScheme;
}

std::optional<std::string> bearer_of(const http::Request& request) {
  if (!has_bearer(request)) return std::nullopt;
  return std::string(text::trim(request.headers.get("Authorization").substr(kBearerScheme.size())));
}

}  // namespace holdfast::web
