#include <fmt/format.h>

#include "customers/pages.hpp"
#include "fleet/rows.hpp"
#include "fleet/show.hpp"
#include "hosts/limits/limits_form.hpp"
#include "hosts/pauses.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/one_time.hpp"
#include "kit/queries.hpp"
#include "kit/shell/pager.hpp"
#include "kit/show.hpp"
#include "templates.hpp"
#include "text/ascii.hpp"
#include "text/duration.hpp"

namespace holdfast::web {
namespace {

constexpr std::size_t kCustomersPerPage = 50;
constexpr std::string_view kDefaultSlug = "default";

views::Url list_url(std::string_view text, std::string_view status, std::string_view after = {}) {
  views::Url url("/customers");
  if (!text.empty()) url.query("q", text);
  if (!status.empty()) url.query("status", status);
  if (!after.empty()) url.query("after", after);
  return url;
}

std::vector<views::Tab> customer_tabs(std::string_view text, std::string_view present) {
  constexpr std::pair<std::string_view, std::string_view> kTabs[] = {
      {"", "All"}, {"down", "Down"}, {"warning", "Warning"}, {"paused", "Paused"}};
  std::vector<views::Tab> tabs;
  for (const auto& [status, name] : kTabs)
    tabs.push_back({std::string(name), list_url(text, status), std::nullopt, status == present});
  return tabs;
}

// One without hosts waits for the first.
views::HostStatus customer_status(const core::CustomerRow& row) {
  return core::state_of(row).value_or(core::HostState::Waiting);
}

std::string reason_of(const core::CustomerRow& row) {
  if (row.counts.total() == 0) return "No hosts yet";
  std::string text;
  const auto add = [&](std::size_t count, std::string_view word) {
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
  };
  add(row.counts.down, "down");
  add(row.counts.warning, "warning");
  add(row.counts.paused, "paused");
  add(row.counts.waiting, "waiting");
  return text;
}

views::CustomerRow show_customer(const core::CustomerRow& row, core::Time now) {
  views::CustomerRow view;
  view.name = row.customer.name;
  view.slug = row.customer.slug;
  view.link = customer_url(view.slug);
  view.status = customer_status(row);
  view.hosts = show_counts(row.counts);
  if (row.pause) view.pause = show_pause(*row.pause);
  view.reason = reason_of(row);
  view.keys = row.keys;
  if (row.report) view.last_report = row.report->at;
  view.now = now;
  return view;
}

std::string report_command(std::string_view key, std::string_view slug, std::string_view base_url) {
  return fmt::format("curl -H 'Authorization: Bearer {}' -d '{{\"customer_id\":\"{}\"}}' {}/api/v1/report", key, slug,
                     base_url);
}

std::string use_of(const core::CustomerKey& key) {
  switch (key.kind) {
    case core::KeyKind::Report:
      return {};
    case core::KeyKind::Ping:
      return "only pings";
    case core::KeyKind::Heartbeat:
      break;
  }
  if (key.every.count() == 0) return fmt::format("heartbeat of {}", key.host_name);
  return fmt::format("heartbeat of {}, every {}", key.host_name, text::format_duration(key.every));
}

// With the command that uses it first.
views::MintedKey show_minted(const fleet::MadeKey& made, std::string_view slug, std::string_view base_url) {
  constexpr std::string_view kCurl = "curl -fsS -m 10 --retry 5 -o /dev/null";
  if (made.kind == core::KeyKind::Heartbeat)
    return {{"new-key", "The address", fmt::format("{}/ping/{}", base_url, made.key)},
            {"first-report", "Command that reports success", fmt::format("{} {}/ping/{}", kCurl, base_url, made.key)}};
  if (made.kind == core::KeyKind::Ping)
    return {{"new-key", "The key", made.key},
            {"first-report", "Command that pings",
             fmt::format("{} {}/api/v1/ping/{}/$(hostname)", kCurl, base_url, made.key)}};
  return {{"new-key", "The key", made.key},
          {"first-report", "Command that sends a report", report_command(made.key, slug, base_url)}};
}

views::CustomerKeys show_keys(const fleet::CustomerDetail& detail, const std::optional<fleet::MadeKey>& made,
                              std::string_view base_url) {
  views::CustomerKeys keys;
  keys.slug = detail.row.customer.slug;
  keys.name = detail.row.customer.name;
  for (const auto& key : detail.keys)
    keys.keys.push_back(
        {key.id.text(), key.hint, key.created_by, key.created_at, key.expires_at, key.last_used_at, use_of(key)});
  if (made) keys.minted = show_minted(*made, keys.slug, base_url);
  return keys;
}

// Which field of the form an error belongs to.
std::string form_field_of(const core::Error& error) {
  if (error.code.starts_with("slug") || error.code.starts_with("customer")) return "slug";
  return error.code.starts_with("notes") ? "notes" : "name";
}

std::string heartbeat_field_of(const core::Error& error) {
  if (error.code.starts_with("every")) return "heartbeat-every";
  return error.code.starts_with("name") || error.code.starts_with("line") ? "heartbeat-host" : "";
}

views::Pager customer_pager(const fleet::CustomerListPage& found, std::string_view text, std::string_view status) {
  const auto address = [&](std::string_view after) { return list_url(text, status, after); };
  auto pager = show_pager(found, found.rows.size(), found.total, address);
  pager.what = found.total == 1 ? "customer" : "customers";
  return pager;
}

}  // namespace

CustomerPages::CustomerPages(http::Router& router, Guard& guard, Shell& shell, const runtime::Clock& clock,
                             fleet::Customers& customers, fleet::Hosts& hosts, fleet::Reports& reports,
                             const Settings& settings, RowContexts& row_contexts)
    : guard_(guard),
      shell_(shell),
      clock_(clock),
      customers_(customers),
      hosts_(hosts),
      reports_(reports),
      settings_(settings),
      row_contexts_(row_contexts) {
  add_page(router, guard, this, "GET", "/customers", &CustomerPages::list);
  add_page(router, guard, this, "POST", "/customers", &CustomerPages::add);
  add_page(router, guard, this, "GET", "/customers/{customer}", &CustomerPages::show);
  add_page(router, guard, this, "POST", "/customers/{customer}", &CustomerPages::change);
  add_page(router, guard, this, "POST", "/customers/{customer}/keys", &CustomerPages::make_key);
  add_page(router, guard, this, "POST", "/customers/{customer}/keys/rotate", &CustomerPages::rotate_key);
  add_page(router, guard, this, "POST", "/customers/{customer}/keys/{key}/revoke", &CustomerPages::revoke_key);
  add_page(router, guard, this, "POST", "/customers/{customer}/ping-keys", &CustomerPages::make_ping_key);
  add_page(router, guard, this, "POST", "/customers/{customer}/heartbeats", &CustomerPages::make_heartbeat);
  add_page(router, guard, this, "POST", "/customers/{customer}/pause", &CustomerPages::pause);
  add_page(router, guard, this, "POST", "/customers/{customer}/resume", &CustomerPages::resume);
  add_page(router, guard, this, "POST", "/customers/{customer}/limits", &CustomerPages::set_limits);
  add_page(router, guard, this, "POST", "/customers/{customer}/delete", &CustomerPages::remove);
}

Task<http::Response> CustomerPages::list(http::Request& request, Visitor visitor) {
  return list_page(request, std::move(visitor), 200, {});
}

Task<http::Response> CustomerPages::list_page(http::Request& request, Visitor visitor, int status,
                                              views::CustomerForm form) {
  views::CustomersPage page;
  page.page = co_await shell_.page(request, visitor, "Customers", views::Section::Customers);
  page.form = std::move(form);
  page.all = views::Url("/customers");
  core::CustomerQuery query;
  if (request.method == "GET") {
    const auto read = read_customer_query(request);
    if (!read) co_return error_page(shell_, request, read.error());
    query = *read;
  }
  query.limit = kCustomersPerPage;
  page.query = query.text;
  const std::string state = query.state ? std::string(to_text(*query.state)) : "";
  page.filters = customer_tabs(page.query, state);
  page.filtered = !page.query.empty() || query.state;
  const auto found = co_await customers_.page(query);
  page.pager = customer_pager(found, page.query, state);
  for (const auto& row : found.rows) page.customers.push_back(show_customer(row, page.page.now));
  co_return render(status, render_customers_page, page);
}

Task<http::Response> CustomerPages::add(http::Request& request, Visitor visitor) {
  const auto sent = form_of(request);
  views::CustomerForm form;
  form.name = text::trim(sent.get("name"));
  form.slug = text::trim(sent.get("slug"));
  const auto added = co_await customers_.add(form.slug, form.name, visitor.actor());
  if (added) co_return redirect_with(Flash::CustomerAdded, customer_url(form.slug));
  form.open = true;
  form.errors.all.push_back({form_field_of(added.error()), added.error().message});
  co_return co_await list_page(request, std::move(visitor), status_of(added.error().kind), std::move(form));
}

Task<http::Response> CustomerPages::show(http::Request& request, Visitor visitor) {
  Problem problem;
  problem.made = made_keys_.take(request.query_value(kShownOnce), guard_.session_token(request), clock_.steady());
  const bool has_secret = problem.made.has_value();
  auto response = co_await page(request, std::move(visitor), std::move(problem));
  if (has_secret) set_secret(response);
  co_return response;
}

Task<http::Response> CustomerPages::page(http::Request& request, Visitor visitor, Problem problem) {
  const auto detail = co_await customers_.find(std::string(request.parameter("customer")));
  if (!detail) co_return error_page(shell_, request, detail.error());
  const auto& customer = detail->row.customer;
  views::CustomerPage page;
  page.page = co_await shell_.page(request, visitor, customer.name, views::Section::Customers);
  page.page.here = customer_url(customer.slug);
  core::FleetQuery query;
  query.customer = customer.id;
  const auto found = co_await hosts_.page(std::move(query));
  if (!found) co_return error_page(shell_, request, found.error());
  const auto context = co_await row_contexts_.of(found->hosts);
  FleetAddress fleet;
  fleet.text = "customer:" + customer.slug;
  page.table = show_customer_table(*found, fleet, context);
  page.fleet = url_of(fleet);
  page.page.stream = fleet_stream(fleet, found->hosts);
  page.page.stream.query("at", page.page.here.text());
  page.table.back = page.page.here.text();
  page.name = customer.name;
  page.now = page.page.now;
  page.slug = customer.slug;
  page.status = customer_status(detail->row);
  page.counts = show_counts(detail->row.counts);
  page.keys = show_keys(*detail, problem.made, guard_.base_url(request));
  page.keys.error = problem.keys;
  page.keys.errors = problem.errors;
  page.keys.fleet_wide_key = settings_.fleet_wide_key;
  page.keys.hosts = detail->row.counts.total();
  page.keys.max_hosts = reports_.max_hosts();
  if (problem.typed) page.keys.host = problem.typed->get("host");
  if (problem.typed) page.keys.every = problem.typed->get("every");
  if (detail->refusal) page.refusal = {detail->refusal->at, detail->refusal->why};
  page.keys.now = page.page.now;
  page.is_default = customer.slug == kDefaultSlug;
  const auto typed = [&](std::string_view field, std::string stored) {
    return problem.typed && problem.typed->contains(field) ? std::string(problem.typed->get(field)) : std::move(stored);
  };
  page.edited_name = typed("name", customer.name);
  page.edited_notes = typed("notes", detail->notes);
  page.pause = {customer_url(customer.slug).segment("pause"),
                customer_url(customer.slug).segment("resume"),
                customer.name,
                std::nullopt,
                pause_end_field(typed("until", "")),
                typed("reason", ""),
                problem.errors,
                page.page.now};
  if (const auto& pause = detail->row.pause)
    page.pause.state = views::PauseState{pause->until, pause->reason, pause->by, false};
  page.errors = problem.errors;
  const auto limits = co_await hosts_.customer_limits(customer.id);
  if (!limits) co_return error_page(shell_, request, limits.error());
  page.limits = show_limits(customer_url(customer.slug).segment("limits"), *limits);
  page.limits.hint = "An empty field takes the limit of the hub. Limits of a tag or of a host come before these.";
  if (!problem.limits.empty()) keep_typed(page.limits, *problem.typed, std::move(problem.limits));
  co_return render(problem.status, render_customer_page, page);
}

Task<http::Response> CustomerPages::page_with(http::Request& request, Visitor visitor, core::Error error,
                                              std::string field) {
  Problem problem;
  problem.status = status_of(error.kind);
  problem.errors.all.push_back({std::move(field), std::move(error.message)});
  problem.typed = form_of(request);
  co_return co_await page(request, std::move(visitor), std::move(problem));
}

Task<http::Response> CustomerPages::page_with_key(http::Request& request, Visitor visitor,
                                                  core::Result<fleet::MadeKey> made) {
  if (made) {
    const auto id = made_keys_.put(guard_.session_token(request), *std::move(made), clock_.steady());
    co_return http::redirect(customer_url(request.parameter("customer")).query(kShownOnce, id).text());
  }
  Problem problem;
  problem.status = status_of(made.error().kind);
  if (const auto field = heartbeat_field_of(made.error()); !field.empty())
    problem.errors.all.push_back({field, made.error().message});
  else
    problem.keys = made.error().message;
  problem.typed = form_of(request);
  co_return co_await page(request, std::move(visitor), std::move(problem));
}

}  // namespace holdfast::web
