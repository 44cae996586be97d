#include <algorithm>
#include <utility>

#include "hosts/limits/json_limits.hpp"
#include "hosts/limits/limits_api.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/json/fields.hpp"

namespace holdfast::web {
namespace json = boost::json;
namespace {

std::optional<int> small_number(const std::optional<std::int64_t>& number) {
  // What does not fit is out of any range, too.
  return number ? std::optional(static_cast<int>(std::clamp<std::int64_t>(*number, -1, 1'000'000))) : std::nullopt;
}

std::optional<std::chrono::seconds> seconds_of(const std::optional<std::int64_t>& number) {
  return number ? std::optional(std::chrono::seconds(*number)) : std::nullopt;
}

core::Result<core::LimitSet> limits_in(std::string_view body) {
  auto fields = Fields::parse(body);
  if (!fields) return std::unexpected(fields.error());
  core::LimitSet limits;
  limits.backup_age = seconds_of(fields->number_if_given("backup_age_seconds"));
  limits.silence_warning = seconds_of(fields->number_if_given("silence_warning_seconds"));
  limits.silence_down = seconds_of(fields->number_if_given("silence_down_seconds"));
  limits.failures_down = small_number(fields->number_if_given("failures_down"));
  limits.disk_warning = small_number(fields->number_if_given("disk_warning_percent"));
  limits.disk_down = small_number(fields->number_if_given("disk_down_percent"));
  if (auto checked = fields->check(); !checked) return std::unexpected(checked.error());
  return limits;
}

}  // namespace

LimitsApi::LimitsApi(http::Router& router, Guard& guard, fleet::Hosts& hosts, fleet::Customers& customers)
    : hosts_(hosts), customers_(customers) {
  add_api(router, guard, this, "GET", "/api/v1/hosts/{id}/limits", &LimitsApi::of_host);
  add_api(router, guard, this, "PUT", "/api/v1/hosts/{id}/limits", &LimitsApi::set_for_host);
  add_api(router, guard, this, "GET", "/api/v1/customers/{id}/limits", &LimitsApi::of_customer);
  add_api(router, guard, this, "PUT", "/api/v1/customers/{id}/limits", &LimitsApi::set_for_customer);
  add_api(router, guard, this, "GET", "/api/v1/tag-limits", &LimitsApi::of_tags);
  add_api(router, guard, this, "PUT", "/api/v1/tag-limits/{tag}", &LimitsApi::set_for_tag);
}

Task<http::Response> LimitsApi::of_host(http::Request& request, Visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  const auto limits = co_await hosts_.limits(*id);
  if (!limits) co_return error_response(limits.error());
  co_return json_answer(200, json::object{{"own", to_json(limits->own)}, {"effective", to_json(limits->all)}});
}

Task<http::Response> LimitsApi::set_for_host(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  const auto limits = limits_in(request.body);
  if (!limits) co_return error_response(limits.error());
  co_return done_or_error(co_await hosts_.set_limits(*id, *limits, visitor.actor()));
}

Task<http::Response> LimitsApi::of_customer(http::Request& request, Visitor) {
  const auto customer = co_await customers_.find(std::string(request.parameter("id")));
  if (!customer) co_return error_response(customer.error());
  const auto limits = co_await hosts_.customer_limits(customer->row.customer.id);
  if (!limits) co_return error_response(limits.error());
  co_return json_answer(200, to_json(*limits));
}

Task<http::Response> LimitsApi::set_for_customer(http::Request& request, Visitor visitor) {
  const auto limits = limits_in(request.body);
  if (!limits) co_return error_response(limits.error());
  const auto customer = co_await customers_.find(std::string(request.parameter("id")));
  if (!customer) co_return error_response(customer.error());
  const auto set = co_await hosts_.set_customer_limits(customer->row.customer.id, *limits, visitor.actor());
  co_return done_or_error(set);
}

Task<http::Response> LimitsApi::of_tags(http::Request&, Visitor) {
  const auto all = co_await hosts_.tag_limits();
  json::object tags;
  for (const auto& [tag, limits] : all) tags.emplace(tag, to_json(limits));
  co_return json_answer(200, json::object{{"tags", std::move(tags)}});
}

Task<http::Response> LimitsApi::set_for_tag(http::Request& request, Visitor visitor) {
  std::string tag(request.parameter("tag"));
  // No host can have it.
  if (!fleet::tidy_tag(tag)) co_return error_response(404, "no_tag_limits", "No limits are set for this tag.");
  const auto limits = limits_in(request.body);
  if (!limits) co_return error_response(limits.error());
  const auto set = co_await hosts_.set_tag_limits(std::move(tag), *limits, visitor.actor());
  co_return done_or_error(set);
}

}  // namespace holdfast::web
