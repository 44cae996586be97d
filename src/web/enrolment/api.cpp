#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "enrolment/api.hpp"
#include "enrolment/install.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/json/fields.hpp"
#include "kit/json/json_views.hpp"
#include "text/time.hpp"

namespace holdfast::web {
namespace json = boost::json;

std::string enrol_command(std::string_view base_url, std::string_view token) {
  // Not as an argument, which everybody on the machine could read while it runs.
  return fmt::format("echo {} | holdfast-agent enroll --hub {} --token-file -", token, base_url);
}

EnrolmentApi::EnrolmentApi(http::Router& router, Guard& guard, fleet::Enrolment& enrolment, const Settings& settings)
    : guard_(guard), enrolment_(enrolment), settings_(settings) {
  add_api(router, guard, this, "POST", "/api/v1/enrolment-tokens", &EnrolmentApi::make_token);
  add_api(router, guard, this, "GET", "/api/v1/enrolment-tokens", &EnrolmentApi::tokens);
  add_api(router, guard, this, "DELETE", "/api/v1/enrolment-tokens/{id}", &EnrolmentApi::remove_token);
  add_api(router, guard, this, "GET", "/api/v1/announcements", &EnrolmentApi::pending);
  add_api(router, guard, this, "POST", "/api/v1/announcements/{id}/accept", &EnrolmentApi::accept);
  add_api(router, guard, this, "POST", "/api/v1/announcements/{id}/reject", &EnrolmentApi::reject);
}

Task<http::Response> EnrolmentApi::make_token(http::Request& request, Visitor visitor) {
  std::optional<core::HostId> host;
  if (!request.body.empty()) {
    auto fields = Fields::parse(request.body);
    if (!fields) co_return error_response(fields.error());
    const std::string text = fields->text_or("host_id", "");
    if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
    host = core::HostId::parse(text);
    if (!text.empty() && !host) co_return error_response(422, "field_invalid", "host_id must be an id.");
  }
  const auto made = co_await enrolment_.make_token(std::move(host), visitor.actor());
  if (!made) co_return error_response(made.error());
  json::object body{{"id", made->id.text()},
                    {"token", made->token},
                    {"expires_at", text::format_time(made->expires_at)},
                    {"command", enrol_command(guard_.base_url(request), made->token)},
                    {"install_command", install_command(settings_, guard_.base_url(request), made->token)}};
  co_return json_answer(201, std::move(body));
}

Task<http::Response> EnrolmentApi::tokens(http::Request&, Visitor) {
  const auto found = co_await enrolment_.tokens();
  json::array tokens;
  for (const auto& token : found) tokens.emplace_back(to_json(token));
  json::object body;
  body.emplace("enrolment_tokens", std::move(tokens));
  co_return json_answer(200, std::move(body));
}

Task<http::Response> EnrolmentApi::remove_token(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::EnrolmentTokenId>(request);
  if (!id) co_return error_response(id.error());
  const auto removed = co_await enrolment_.remove_token(*id, visitor.actor());
  co_return done_or_error(removed);
}

Task<http::Response> EnrolmentApi::pending(http::Request&, Visitor) {
  const auto found = co_await enrolment_.pending();
  json::array announcements;
  for (const auto& announcement : found) announcements.emplace_back(to_json(announcement));
  json::object body;
  body.emplace("announcements", std::move(announcements));
  co_return json_answer(200, std::move(body));
}

Task<http::Response> EnrolmentApi::accept(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::AnnouncementId>(request);
  if (!id) co_return error_response(id.error());
  std::string name;
  if (!request.body.empty()) {
    auto fields = Fields::parse(request.body);
    if (!fields) co_return error_response(fields.error());
    name = fields->text_or("name", "");
    if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  }
  const auto host = co_await enrolment_.accept(*id, std::move(name), visitor.actor());
  if (!host) co_return error_response(host.error());
  json::object body{{"host_id", host->text()}};
  co_return json_answer(200, std::move(body));
}

Task<http::Response> EnrolmentApi::reject(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::AnnouncementId>(request);
  if (!id) co_return error_response(id.error());
  const auto rejected = co_await enrolment_.reject(*id, visitor.actor());
  co_return done_or_error(rejected);
}

}  // namespace holdfast::web
