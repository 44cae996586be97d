#include <boost/json/array.hpp>

#include "answers.hpp"
#include "api/api.hpp"
#include "fields.hpp"
#include "json_views.hpp"

namespace holdfast::web {
namespace json = boost::json;
namespace {

core::SourceSet read_sources(Fields& fields) {
  return {fields.texts_or_none("paths"), fields.texts_or_none("excludes"), fields.texts_or_none("tags")};
}

http::Response done_or_error(const core::Result<>& result, int status = 204) {
  return result ? http::empty_response(status) : error_response(result.error());
}

// One list for GET …/source-groups.
json::object groups_json(const std::vector<store::SourceGroup>& groups) {
  json::array all;
  for (const auto& group : groups) all.emplace_back(to_json(group));
  json::object body;
  body.emplace("source_groups", std::move(all));
  return body;
}

}  // namespace

HostsApi::HostsApi(http::Router& router, Guard& guard, Parts& parts) : parts_(parts) {
  const auto add = [&](std::string_view method, std::string_view pattern,
                       Task<http::Response> (HostsApi::*handler)(http::Request&, Visitor)) {
    router.add(method, pattern, guard.api([this, handler](http::Request& request, Visitor visitor) {
      return (this->*handler)(request, std::move(visitor));
    }));
  };
  add("GET", "/api/v1/hosts", &HostsApi::list);
  add("GET", "/api/v1/hosts/{id}", &HostsApi::show);
  add("PATCH", "/api/v1/hosts/{id}", &HostsApi::change);
  add("DELETE", "/api/v1/hosts/{id}", &HostsApi::remove);
  add("POST", "/api/v1/hosts/{id}/rotate", &HostsApi::rotate);
  add("POST", "/api/v1/hosts/{id}/revoke", &HostsApi::revoke);
  add("GET", "/api/v1/hosts/{id}/source-groups", &HostsApi::list_groups);
  add("POST", "/api/v1/hosts/{id}/source-groups", &HostsApi::add_group);
  add("PUT", "/api/v1/source-groups/{id}", &HostsApi::change_group);
  add("DELETE", "/api/v1/source-groups/{id}", &HostsApi::remove_group);
  add("PUT", "/api/v1/hosts/{id}/repositories/{repository}", &HostsApi::link);
  add("DELETE", "/api/v1/hosts/{id}/repositories/{repository}", &HostsApi::unlink);
}

Task<http::Response> HostsApi::list(http::Request&, Visitor) {
  const auto overviews = co_await parts_.hosts.list();
  json::array hosts;
  for (const auto& overview : overviews) hosts.emplace_back(to_json(overview));
  json::object body;
  body.emplace("hosts", std::move(hosts));
  co_return json_answer(200, body);
}

Task<http::Response> HostsApi::show(http::Request& request, Visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  const auto detail = co_await parts_.hosts.detail(*id);
  if (!detail) co_return error_response(detail.error());
  json::object body = to_json(detail->overview);
  for (auto& [key, value] : groups_json(detail->source_groups)) body.emplace(key, std::move(value));
  json::array repositories;
  for (const auto& repository : detail->repositories) repositories.emplace_back(repository.id.text());
  body.emplace("repository_ids", std::move(repositories));
  co_return json_answer(200, body);
}

Task<http::Response> HostsApi::change(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  std::string name = fields->text("name");
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  const auto renamed = co_await parts_.hosts.rename(*id, std::move(name), visitor.actor());
  co_return done_or_error(renamed);
}

Task<http::Response> HostsApi::remove(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  const auto removed = co_await parts_.hosts.remove(*id, visitor.actor());
  co_return done_or_error(removed);
}

Task<http::Response> HostsApi::rotate(http::Request& request, Visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  const auto overview = co_await parts_.hosts.find(*id);
  if (!overview) co_return error_response(404, "no_such_host", "There is no such host.");
  const bool sent = parts_.agents.send(*id, protocol::CredentialsRotate{});
  if (!sent)
    co_return error_response(409, "not_connected",
                             "The host is not connected; its bearer can be rotated when it is back.");
  co_return json_answer(202, json::object{});
}

Task<http::Response> HostsApi::revoke(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  const auto revoked = co_await parts_.enrolment.revoke(*id, visitor.actor());
  if (revoked) parts_.agents.close(*id, protocol::CloseCode::Revoked, "the bearer of this host was revoked");
  co_return done_or_error(revoked);
}

Task<http::Response> HostsApi::list_groups(http::Request& request, Visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_response(id.error());
  const auto detail = co_await parts_.hosts.detail(*id);
  if (!detail) co_return error_response(detail.error());
  co_return json_answer(200, groups_json(detail->source_groups));
}

Task<http::Response> HostsApi::add_group(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  if (!host) co_return error_response(host.error());
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  std::string name = fields->text("name");
  core::SourceSet sources = read_sources(*fields);
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  const store::SourceGroup shown{{}, *host, name, sources, {}};
  const auto id = co_await parts_.hosts.add_source_group(*host, std::move(name), std::move(sources), visitor.actor());
  if (!id) co_return error_response(id.error());
  json::object body = to_json(shown);
  body["id"] = id->text();
  co_return json_answer(201, body);
}

Task<http::Response> HostsApi::change_group(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::SourceGroupId>(request);
  if (!id) co_return error_response(id.error());
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  std::string name = fields->text("name");
  core::SourceSet sources = read_sources(*fields);
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  const auto changed =
      co_await parts_.hosts.change_source_group(*id, std::move(name), std::move(sources), visitor.actor());
  co_return done_or_error(changed);
}

Task<http::Response> HostsApi::remove_group(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::SourceGroupId>(request);
  if (!id) co_return error_response(id.error());
  const auto removed = co_await parts_.hosts.remove_source_group(*id, visitor.actor());
  co_return done_or_error(removed);
}

Task<http::Response> HostsApi::link(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  const auto repository = path_id<core::RepositoryId>(request, "repository");
  if (!host) co_return error_response(host.error());
  if (!repository) co_return error_response(repository.error());
  const auto linked = co_await parts_.repositories.link(*host, *repository, visitor.actor());
  co_return done_or_error(linked);
}

Task<http::Response> HostsApi::unlink(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  const auto repository = path_id<core::RepositoryId>(request, "repository");
  if (!host) co_return error_response(host.error());
  if (!repository) co_return error_response(repository.error());
  const auto unlinked = co_await parts_.repositories.unlink(*host, *repository, visitor.actor());
  co_return done_or_error(unlinked);
}

}  // namespace holdfast::web
