#include <fmt/format.h>

#include <algorithm>

#include "core/jobs/backup.hpp"
#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// "1 down, 2 warning"
std::string reason_of(const Pulse& hosts) {
  if (hosts.total() == 0) return "No hosts yet";
  std::string text;
  const auto add = [&](std::size_t count, std::string_view word) {
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
  };
  add(hosts.down, "down");
  add(hosts.warning, "warning");
  add(hosts.waiting, "waiting");
  return text;
}

HostStatus worst_of(const std::vector<HostRow>& rows) {
  return rows.empty() ? HostStatus::Waiting : rows.front().status;
}

CustomerRow row(const Customer& customer) {
  const auto rows = rows_of_customer(customer);
  CustomerRow result;
  result.name = customer.name;
  result.slug = customer.slug;
  result.link = Url("/customers").segment(result.slug);
  result.status = worst_of(rows);
  result.hosts = pulse_of(rows);
  result.reason = result.status == HostStatus::Paused ? rows.front().facts : reason_of(result.hosts);
  result.keys = customer.keys;
  for (const HostRow& host : rows) result.last_report = std::max(result.last_report, host.last_report);
  result.now = now();
  return result;
}

CustomersPage list() {
  CustomersPage view;
  view.page = page("Customers", Section::Customers);
  view.filters = {{"All", Url("/customers"), {}, true},
                  {"Down", Url("/customers").query("status", "down"), {}, false},
                  {"Warning", Url("/customers").query("status", "warning"), {}, false},
                  {"Paused", Url("/customers").query("status", "paused"), {}, false}};
  view.all = Url("/customers");
  for (const Customer& customer : kCustomers) view.customers.push_back(row(customer));
  view.pager = {1, kCustomers.size(), kCustomers.size(), "customers", {}, {}, {}, {}};
  return view;
}

CustomerPage one(std::string_view slug) {
  const Customer& customer = customer_of(slug);
  const Url link = Url("/customers").segment(slug);
  const auto below = [&](std::string_view form) { return Url(link).segment(form); };
  CustomerPage view;
  view.page = page(std::string(customer.name), Section::Customers);
  view.page.stream = Url("/ui/stream").query("topics", "pulse,fleet");
  view.name = view.edited_name = view.keys.name = view.pause.name = customer.name;
  view.slug = view.keys.slug = slug;
  view.limits = sample_limits(below("limits"), {});
  view.limits.hint = "An empty field takes the limit of the hub. Limits of a tag or of a host come before these.";
  view.table = host_table(rows_of_customer(customer));
  view.table.hidden = "no-customer no-repository no-report";
  view.status = worst_of(view.table.rows);
  view.counts = pulse_of(view.table.rows);
  view.fleet = Url("/").query("q", fmt::format("customer:{}", slug));
  view.pause.pause = below("pause");
  view.pause.resume = below("resume");
  view.keys.hosts = view.counts.total();
  view.keys.max_hosts = 1000;
  view.now = view.pause.now = view.keys.now = now();
  return view;
}

CustomerPage harbour() {
  CustomerPage view = one("harbour");
  view.limits = sample_limits(view.limits.action, {"", "", "", "60", "", ""});
  view.limits.hint = one("harbour").limits.hint;
  view.keys.keys = {
      {"01JDK1", "k3Qd", "Márta Kovács", before(hours(90 * 24)), now() + hours(20), before(minutes(4))},
      {"01JDK2", "9xTz", "Márta Kovács", before(hours(4)), {}, {}},
      {"01JDK3", "Lw2x", "Dániel", before(hours(48)), std::nullopt, before(minutes(1)), "only pings"},
      {"01JDK4", "09fe", "Dániel", before(hours(40)), std::nullopt, std::nullopt, "heartbeat of nas-02, every 26 h"}};
  view.keys.fleet_wide_key = true;
  view.refusal = {before(minutes(20)), "The report must be a JSON object."};
  view.edited_notes = "Calls go to Anna, +36 1 555 0100.\nThe NAS in the basement is switched off at night.";
  return view;
}

Preview show(std::string name, const CustomersPage& view) {
  Preview result{std::move(name), {}};
  web::render_customers_page(result.html, view);
  return result;
}

Preview show(std::string name, const CustomerPage& view) {
  Preview result{std::move(name), {}};
  web::render_customer_page(result.html, view);
  return result;
}

CustomerPage with_key() {
  CustomerPage view = harbour();
  view.keys.keys.push_back({"01JDK5", "KsMj", "Márta Kovács", now(), {}, {}});
  view.keys.minted = MintedKey{{"new-key", "The key", "hfk_4Jb7Wc2nQk8sXv0yZ3rT6mPdLh9fAeGuYwNqBtVxKsMj"},
                               {"first-report", "Command that sends a report",
                                "curl -H 'Authorization: Bearer hfk_4Jb7Wc2nQk8sXv0yZ3rT6mPdLh9fAeGuYwNqBtVxKsMj' -d "
                                "'{\"customer_id\":\"harbour\"}' https://backup.example.net/api/v1/report"}};
  return view;
}

CustomerPage paused() {
  CustomerPage view = one("lab");
  view.pause.state = PauseState{{}, std::string(kLabPause.reason), std::string(kLabPause.by), false};
  view.keys.keys = {{"01JDK6", "mQ7a", "Dániel", before(hours(60 * 24)), {}, before(minutes(4))}};
  view.keys.fleet_wide_key = true;
  return view;
}

}  // namespace

std::vector<Preview> customer_previews() {
  CustomersPage wrong = list();
  wrong.form = {
      "Harbour office", "Harbour!", {{{"slug", core::check_customer_slug("Harbour!").error().message}}}, true};
  CustomersPage filtered = list();
  filtered.customers.clear();
  filtered.filtered = true;
  filtered.query = "zzz";
  CustomersPage failed = list();
  failed.failure = Failure{"Customers could not be loaded", "The database did not answer within 5 s.", "01JD8f2c1d",
                           Url("/customers")};
  return {show("customers", list()),
          show("customers-wrong", wrong),
          show("customers-filtered-empty", filtered),
          show("customers-failed", failed),
          show("customer", harbour()),
          show("customer-key", with_key()),
          show("customer-empty", one("moving-in")),
          show("customer-paused", paused())};
}

}  // namespace holdfast::preview
