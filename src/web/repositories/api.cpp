#include <boost/json/array.hpp>

#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/json/fields.hpp"
#include "kit/json/json_views.hpp"
#include "repositories/api.hpp"

namespace holdfast::web {
namespace json = boost::json;
namespace {

fleet::RepositoryEdit read_edit(Fields& fields, bool password_required) {
  fleet::RepositoryEdit edit;
  edit.name = fields.text("name");
  edit.access.url = fields.text("url");
  edit.access.password = password_required ? fields.text("password") : fields.text_or("password", "");
  edit.access.server_user = fields.text_or("server_user", "");
  edit.access.server_password = fields.text_or("server_password", "");
  edit.variables = fields.texts_by_name("environment");
  if (fields.flag_or("existing", false)) edit.password_of = core::PasswordOf::Existing_repository;
  return edit;
}

}  // namespace

RepositoriesApi::RepositoriesApi(http::Router& router, Guard& guard, fleet::Repositories& repositories,
                                 fleet::RepositoryChecks& checks)
    : repositories_(repositories), checks_(checks) {
  add_api(router, guard, this, "GET", "/api/v1/repositories", &RepositoriesApi::list);
  add_api(router, guard, this, "POST", "/api/v1/repositories", &RepositoriesApi::add);
  add_api(router, guard, this, "GET", "/api/v1/repositories/{id}", &RepositoriesApi::show);
  add_api(router, guard, this, "PUT", "/api/v1/repositories/{id}", &RepositoriesApi::change);
  add_api(router, guard, this, "DELETE", "/api/v1/repositories/{id}", &RepositoriesApi::remove);
  add_api(router, guard, this, "POST", "/api/v1/repositories/{id}/test", &RepositoriesApi::test);
  add_api(router, guard, this, "GET", "/api/v1/repositories/{id}/test", &RepositoriesApi::show_test);
}

Task<http::Response> RepositoriesApi::list(http::Request&, Visitor) {
  const auto overviews = co_await repositories_.list();
  json::array repositories;
  for (const auto& overview : overviews) repositories.emplace_back(to_json(overview));
  json::object body;
  body.emplace("repositories", std::move(repositories));
  co_return json_answer(200, std::move(body));
}

Task<http::Response> RepositoriesApi::show(http::Request& request, Visitor) {
  const auto id = path_id<core::RepositoryId>(request);
  if (!id) co_return error_response(id.error());
  const auto overview = co_await repositories_.find(*id);
  if (!overview) co_return error_response(overview.error());
  co_return json_answer(200, to_json(*overview));
}

Task<http::Response> RepositoriesApi::add(http::Request& request, Visitor visitor) {
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  fleet::RepositoryEdit edit = read_edit(*fields, true);
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  const auto id = co_await repositories_.add(std::move(edit), visitor.actor());
  if (!id) co_return error_response(id.error());
  const auto overview = co_await repositories_.find(*id);
  if (!overview) co_return error_response(overview.error());
  co_return json_answer(201, to_json(*overview));
}

Task<http::Response> RepositoriesApi::change(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::RepositoryId>(request);
  if (!id) co_return error_response(id.error());
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  fleet::RepositoryEdit edit = read_edit(*fields, false);
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  const auto changed = co_await repositories_.change(*id, std::move(edit), visitor.actor());
  co_return done_or_error(changed);
}

Task<http::Response> RepositoriesApi::remove(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::RepositoryId>(request);
  if (!id) co_return error_response(id.error());
  const auto removed = co_await repositories_.remove(*id, visitor.actor());
  co_return done_or_error(removed);
}

Task<http::Response> RepositoriesApi::test(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::RepositoryId>(request);
  if (!id) co_return error_response(id.error());
  auto fields = Fields::parse(request.body);
  if (!fields) co_return error_response(fields.error());
  const auto host = core::HostId::parse(fields->text("host"));
  const bool initialise = fields->flag_or("initialise", false);
  if (auto checked = fields->check(); !checked) co_return error_response(checked.error());
  if (!host) co_return error_response(422, "field_invalid", "host must be the id of a host.");
  const auto started = co_await checks_.start(*id, *host, initialise, visitor.actor());
  if (!started) co_return error_response(started.error());
  co_return json_answer(202, to_json(*started));
}

Task<http::Response> RepositoriesApi::show_test(http::Request& request, Visitor) {
  const auto id = path_id<core::RepositoryId>(request);
  if (!id) co_return error_response(id.error());
  const auto newest = checks_.newest(*id);
  if (!newest) co_return error_response(404, "no_test", "This repository was not tested since the hub was started.");
  co_return json_answer(200, to_json(*newest));
}

}  // namespace holdfast::web
