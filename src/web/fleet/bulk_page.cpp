#include <fmt/format.h>

#include <algorithm>

#include "fleet/hosts/bulk.hpp"
#include "fleet/pages.hpp"
#include "kit/handlers.hpp"
#include "kit/render/filters.hpp"
#include "kit/show.hpp"
#include "templates.hpp"
#include "text/ascii.hpp"

// One thing done to the hosts that are selected in a list.
namespace holdfast::web {
namespace {

using fleet::BulkVerb;

std::string_view title_of(BulkVerb verb) {
  switch (verb) {
    case BulkVerb::AddTag:
      return "Add a tag";
    case BulkVerb::RemoveTag:
      return "Remove a tag";
    case BulkVerb::Pause:
      return "Pause";
    case BulkVerb::Resume:
      return "Resume";
    case BulkVerb::BackUp:
      return "Back up now";
    case BulkVerb::NeedsBackup:
      return "Needs backups";
    case BulkVerb::NeedsNoBackup:
      break;
  }
  return "Needs no backup";
}

std::vector<core::HostId> read_hosts(const http::Form& form) {
  std::vector<core::HostId> hosts;
  for (const auto text : form.all("host"))
    if (auto id = core::HostId::parse(text)) hosts.push_back(*std::move(id));
  return hosts;
}

views::BulkRow show_outcome(const fleet::BulkOutcome& outcome, const std::vector<fleet::FleetHost>& hosts) {
  const auto host =
      std::ranges::find(hosts, outcome.host, [](const auto& one) -> const core::HostId& { return one.row.host.id; });
  views::BulkRow row;
  row.name = host == hosts.end() ? outcome.host.text() : host->row.host.name;
  row.link = host_url(outcome.host);
  row.done = !outcome.error;
  row.text = outcome.error ? outcome.error->message : "Done";
  if (outcome.job) row.text = "Backup requested";
  return row;
}

core::Result<fleet::BulkAction> read_action(const http::Form& form) {
  const auto verb = fleet::parse_bulk_verb(form.get("action"));
  if (!verb) return core::fail(core::ErrorKind::Invalid, "action_invalid", "Choose what is to be done.");
  fleet::BulkAction action;
  action.verb = *verb;
  action.tag = form.get("tag");
  action.pause.reason = text::trim(form.get("reason"));
  return action;
}

}  // namespace

Task<core::Result<views::BulkPage>> FleetPages::run_bulk(http::Request& request, const Visitor& visitor) {
  const auto form = form_of(request);
  const auto action = read_action(form);
  if (!action) co_return std::unexpected(action.error());
  const auto ids = read_hosts(form);
  if (ids.empty())
    co_return core::fail(core::ErrorKind::Invalid, "hosts_invalid", "Select at least one host in the list.");
  const auto outcomes = co_await fleet::do_in_bulk(hosts_, jobs_, ids, *action, visitor.actor());
  if (!outcomes) co_return std::unexpected(outcomes.error());
  const auto hosts = co_await hosts_.rows(ids);
  views::BulkPage page;
  for (const auto& outcome : *outcomes) page.rows.push_back(show_outcome(outcome, hosts));
  const auto done = static_cast<std::size_t>(std::ranges::count(page.rows, true, &views::BulkRow::done));
  page.title = fmt::format("{}: done for {} of {}", title_of(action->verb), filters::number(done),
                           filters::plural(page.rows.size(), "host", "hosts"));
  page.back = views::Url::from_request(form.get("back"));
  co_return page;
}

// Script shows what is missing where it was asked for, so that the selection stays.
Task<http::Response> FleetPages::do_in_bulk(http::Request& request, Visitor visitor) {
  auto done = co_await run_bulk(request, visitor);
  if (done) {
    const auto id = bulk_results_.put(guard_.session_token(request), *std::move(done), clock_.steady());
    co_return http::redirect(views::Url("/ui/bulk").query(kShownOnce, id).text());
  }
  if (request.headers.contains("HX-Request"))
    co_return http::text_response(status_of(done.error().kind), done.error().message);
  co_return error_page(shell_, request, done.error());
}

Task<http::Response> FleetPages::show_bulk(http::Request& request, Visitor visitor) {
  auto page = bulk_results_.look(request.query_value(kShownOnce), guard_.session_token(request), clock_.steady());
  if (!page) co_return http::redirect("/");
  page->page = co_await shell_.page(request, visitor, page->title, views::Section::Fleet);
  co_return render(200, render_bulk_page, *page);
}

}  // namespace holdfast::web
