#include <boost/json/array.hpp>

#include "hosts/plans_api.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/json/fields.hpp"
#include "kit/json/json_views.hpp"

namespace holdfast::web {
namespace json = boost::json;
namespace {

core::SourceSet read_sources(Fields& fields) {
  return {fields.texts_or_none("paths"), fields.texts_or_none("excludes"), fields.texts_or_none("tags")};
}

std::optional<std::chrono::seconds> read_backup_age(Fields& fields) {
  const auto seconds = fields.number_if_given("backup_age_seconds");
  return seconds ? std::optional(std::chrono::seconds(*seconds)) : std::nullopt;
}

}  // namespace

PlansApi::PlansApi(http::Router& router, Guard& guard, fleet::Hosts& hosts, fleet::Repositories& repositories)
    : hosts_(hosts), repositories_(repositories) {
  add_api(router, guard, this, "GET", "/api/v1/hosts/{id}/source-groups", &PlansApi::list_groups);
  add_api(router, guard, this, "POST", "/api/v1/hosts/{id}/source-groups", &PlansApi::add_group);
  add_api(router, guard, this, "PUT", "/api/v1/source-groups/{id}", &PlansApi::change_group);
  add_api(router, guard, this, "DELETE", "/api/v1/source-groups/{id}", &PlansApi::remove_group);
  add_api(router, guard, this, "PUT", "/api/v1/hosts/{id}/repositories/{repository}", &PlansApi::link);
  add_api(router, guard, this, "DELETE", "/api/v1/hosts/{id}/repositories/{repository}", &PlansApi::unlink);
}

Task<http::Response> PlansApi::list_groups(http::Request& request, Visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  const auto detail = co_await hosts_.detail(*id);
  if (!detail) co_return error_response(detail.error());
  json::array groups;
  for (const auto& group : detail->source_groups) groups.emplace_back(to_json(group));
  json::object body;
  body.emplace("source_groups", std::move(groups));
  co_return json_answer(200, std::move(body));
}

Task<http::Response> PlansApi::add_group(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  if (!host) co_return error_response(host.error());
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  std::string name = fields->text("name");
  core::SourceSet sources = read_sources(*fields);
  const auto backup_age = read_backup_age(*fields);
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  const core::SourceGroup shown{{}, *host, name, sources, {}, backup_age};
  const auto id =
      co_await hosts_.add_source_group(*host, std::move(name), std::move(sources), visitor.actor(), backup_age);
  if (!id) co_return error_response(id.error());
  json::object body = to_json(shown);
  body["id"] = id->text();
  co_return json_answer(201, std::move(body));
}

Task<http::Response> PlansApi::change_group(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::SourceGroupId>(request);
  if (!id) co_return error_response(id.error());
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  std::string name = fields->text("name");
  core::SourceSet sources = read_sources(*fields);
  const auto backup_age = read_backup_age(*fields);
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  const auto changed =
      co_await hosts_.change_source_group(*id, std::move(name), std::move(sources), visitor.actor(), backup_age);
  co_return done_or_error(changed);
}

Task<http::Response> PlansApi::remove_group(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::SourceGroupId>(request);
  if (!id) co_return error_response(id.error());
  const auto removed = co_await hosts_.remove_source_group(*id, visitor.actor());
  co_return done_or_error(removed);
}

Task<http::Response> PlansApi::link(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  const auto repository = path_id<core::RepositoryId>(request, "repository");
  if (!host) co_return error_response(host.error());
  if (!repository) co_return error_response(repository.error());
  const auto linked = co_await repositories_.link(*host, *repository, visitor.actor());
  co_return done_or_error(linked);
}

Task<http::Response> PlansApi::unlink(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  const auto repository = path_id<core::RepositoryId>(request, "repository");
  if (!host) co_return error_response(host.error());
  if (!repository) co_return error_response(repository.error());
  const auto unlinked = co_await repositories_.unlink(*host, *repository, visitor.actor());
  co_return done_or_error(unlinked);
}

}  // namespace holdfast::web
