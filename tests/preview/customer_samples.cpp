#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

CustomerRow row(std::string name, std::string slug, HostStatus status, Pulse hosts, std::string reason) {
  CustomerRow result;
  result.name = std::move(name);
  result.slug = std::move(slug);
  result.link = Url("/customers").segment(result.slug);
  result.status = status;
  result.hosts = hosts;
  result.reason = std::move(reason);
  result.keys = result.slug.size() % 3;
  if (hosts.total() > 0) result.last_report = before(minutes(4));
  result.now = now();
  return result;
}

CustomersPage list() {
  CustomersPage view;
  view.page = page("Customers", Section::Customers);
  view.filters = {{"All", Url("/customers"), {}, true},
                  {"Down", Url("/customers").query("worst", "down"), {}, false},
                  {"Warning", Url("/customers").query("worst", "warning"), {}, false}};
  view.all = Url("/customers");
  view.customers = {
      row("Harbour office", "harbour", HostStatus::Down, {.down = 3, .warning = 8, .ok = 272, .paused = 1},
          "3 down, 8 warning"),
      row("Brennan dental", "brennan-dental", HostStatus::Warning, {.warning = 1, .ok = 70}, "1 warning"),
      row("Kisvárda clinic", "kisvarda-clinic", HostStatus::Paused, {.paused = 4}, "Paused: moving house"),
      row("Lab with a name that goes on and on until it does not fit", "lab", HostStatus::Waiting, {}, "No hosts yet"),
      row("Default", "default", HostStatus::Ok, {.ok = 12}, ""),
      row("Hartmann law", "hartmann-law", HostStatus::Ok, {.ok = 96}, "")};
  return view;
}

CustomerPage one() {
  CustomerPage view;
  view.page = page("Harbour office", Section::Customers);
  view.page.stream = Url("/ui/stream").query("topics", "pulse,fleet");
  view.name = view.edited_name = "Harbour office";
  view.slug = "harbour";
  view.limits = sample_limits(Url("/customers/harbour/limits"));
  view.status = HostStatus::Down;
  view.counts = {.down = 2, .warning = 4, .ok = 0, .waiting = 1, .paused = 1};
  view.pause = {.pause = Url("/customers/harbour/pause"),
                .resume = Url("/customers/harbour/resume"),
                .name = "Harbour office",
                .state = {},
                .until = {},
                .reason = {},
                .errors = {},
                .now = now()};
  view.table = host_table();
  view.table.rows.resize(8);
  view.table.hidden = "no-customer no-repository no-report";
  view.table.pager.total = 8;
  view.fleet = Url("/").query("q", "customer:harbour");
  view.keys.slug = "harbour";
  view.keys.name = view.name;
  view.keys.now = now();
  view.keys.keys = {{"01JDK1", "k3Qd", "Márta Kovács", before(hours(90 * 24)), now() + hours(20), before(minutes(4))},
                    {"01JDK2", "9xTz", "Márta Kovács", before(hours(4)), {}, {}}};
  view.keys.keys.push_back(
      {"01JDK3", "Lw2x", "admin", before(hours(48)), std::nullopt, before(minutes(1)), "only pings"});
  view.keys.keys.push_back(
      {"01JDK4", "09fe", "admin", before(hours(40)), std::nullopt, std::nullopt, "heartbeat of nas-02, every 26 h"});
  view.keys.hosts = 12;
  view.keys.max_hosts = 1000;
  view.now = now();
  view.refusal = {before(minutes(20)), "The report must be a JSON object."};
  view.keys.fleet_wide_key = true;
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
  CustomerPage view = one();
  view.keys.minted = MintedKey{{"new-key", "The key", "hfk_4Jb7Wc2nQk8sXv0yZ3rT6mPdLh9fAeGuYwNqBtVxKsMj"},
                               {"first-report", "Command that sends a report",
                                "curl -H 'Authorization: Bearer hfk_4Jb7Wc2nQk8sXv0yZ3rT6mPdLh9fAeGuYwNqBtVxKsMj' -d "
                                "'{\"customer_id\":\"harbour\"}' https://backup.example.net/api/v1/report"}};
  return view;
}

CustomerPage without_anything() {
  CustomerPage view = one();
  view.status = HostStatus::Waiting;
  view.counts = {};
  view.table.rows.clear();
  view.keys.keys.clear();
  view.keys.fleet_wide_key = false;
  view.edited_notes.clear();
  return view;
}

CustomerPage paused() {
  CustomerPage view = one();
  view.status = HostStatus::Paused;
  view.pause.state = PauseState{now() + hours(70), "Moving house", "Márta Kovács", false};
  return view;
}

}  // namespace

std::vector<Preview> customer_previews() {
  CustomersPage wrong = list();
  wrong.form = {"Harbour office",
                "Harbour!",
                {{{"slug", "A customer ID has 2 to 64 characters of a-z, 0-9, '.', '_' and '-'."}}},
                true};
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
          show("customer", one()),
          show("customer-key", with_key()),
          show("customer-empty", without_anything()),
          show("customer-paused", paused())};
}

}  // namespace holdfast::preview
