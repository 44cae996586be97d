#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "fleet/bulk_api.hpp"
#include "fleet/hosts/bulk.hpp"
#include "kit/answers.hpp"
#include "kit/json/fields.hpp"
#include "kit/json/json_values.hpp"

namespace holdfast::web {
namespace json = boost::json;
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

struct BulkRequest {
  std::vector<core::HostId> hosts;
  fleet::BulkAction action;
};

Result<BulkRequest> read_bulk(std::string_view body) {
  auto fields = Fields::parse(body);
  if (!fields) return std::unexpected(fields.error());
  BulkRequest wanted;
  const auto ids = fields->texts_or_none("host_ids");
  const auto verb = fleet::parse_bulk_verb(fields->text("action"));
  wanted.action.tag = fields->text_or("tag", "");
  wanted.action.pause.until = fields->time_if_given("until");
  wanted.action.pause.reason = fields->text_or("reason", "");
  if (auto checked = fields->check(); !checked) return std::unexpected(checked.error());
  if (!verb)
    return fail(ErrorKind::Invalid, "field_invalid",
                "action must be add_tag, remove_tag, pause, resume, back_up, needs_backup or needs_no_backup.");
  wanted.action.verb = *verb;
  for (const auto& text : ids) {
    auto id = core::HostId::parse(text);
    if (!id) return fail(ErrorKind::Invalid, "field_invalid", "host_ids must be ids of hosts.");
    wanted.hosts.push_back(*std::move(id));
  }
  return wanted;
}

json::object outcome_json(const fleet::BulkOutcome& outcome) {
  json::object object{{"host_id", outcome.host.text()}, {"job_id", or_null(outcome.job)}, {"error", nullptr}};
  if (outcome.error) object["error"] = {{"code", outcome.error->code}, {"message", outcome.error->message}};
  return object;
}

}  // namespace

BulkApi::BulkApi(http::Router& router, Guard& guard, fleet::Jobs& jobs, fleet::Hosts& hosts)
    : jobs_(jobs), hosts_(hosts) {
  router.add("POST", "/api/v1/bulk",
             guard.api([this](http::Request& request, Visitor visitor) { return run(request, std::move(visitor)); }));
}

Task<http::Response> BulkApi::run(http::Request& request, Visitor visitor) {
  auto wanted = read_bulk(request.body);
  if (!wanted) co_return error_response(wanted.error());
  const auto outcomes =
      co_await fleet::do_in_bulk(hosts_, jobs_, std::move(wanted->hosts), std::move(wanted->action), visitor.actor());
  if (!outcomes) co_return error_response(outcomes.error());
  json::array results;
  for (const auto& outcome : *outcomes) results.emplace_back(outcome_json(outcome));
  co_return json_answer(200, json::object{{"results", std::move(results)}});
}

}  // namespace holdfast::web
