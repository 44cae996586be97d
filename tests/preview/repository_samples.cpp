#include <algorithm>
#include <array>

#include "core/repositories/repository_address.hpp"
#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

struct Place {
  std::string_view name, url;
  JobStatus last = JobStatus::Queued;  // of the newest job; Queued: there is none
  std::string_view trouble = {};
  std::size_t running = 0;
};
constexpr Place kMain{"b2-prod", "b2:hf-prod:/main", JobStatus::Running, "", 1};
constexpr std::array<Place, 5> kPlaces{
    {kMain,
     {"b2-prod-db", "b2:hf-prod-db:/pg", JobStatus::Failed, kUnreachable},
     {"git-mirror", "sftp:backup@10.20.2.31:/git", JobStatus::Partial, kSomeUnreadable},
     {"local-attic", "/mnt/attic/restic", JobStatus::Running, "", 1},
     {"rest-home", "rest:https://***@restic.home.example/home"}}};

RepositoryRow row(const Place& place) {
  const auto hosts = rows_of_repository(place.name);
  RepositoryRow result{.id = std::string(place.name),
                       .name = std::string(place.name),
                       .link = Url("/repositories").segment(place.name),
                       .url = std::string(place.url),
                       .hosts = hosts.size(),
                       .last_status = place.last,
                       .trouble = std::string(place.trouble),
                       .last_backup = {},
                       .running = place.running,
                       .now = now()};
  for (const HostRow& host : hosts) result.last_backup = std::max(result.last_backup, host.recovery.at);
  return result;
}

RepositoriesPage list() {
  RepositoriesPage view;
  view.page = page("Repositories", Section::Repositories);
  for (const Place& place : kPlaces) view.repositories.push_back(row(place));
  view.pager.to = view.pager.total = view.repositories.size();
  view.pager.from = 1;
  view.pager.what = "repositories";
  return view;
}

RepositoryPage edit();

VariableGroup network(bool stored) {
  return {"Proxy and certificates",
          "rest: s3: b2:",
          {{"HTTPS_PROXY", "HTTPS proxy", false, stored}, {"RESTIC_CACERT", "CA certificate (PEM)", true, false}},
          stored};
}

VariableGroup b2(bool stored) {
  return {"Sign-in at Backblaze B2",
          "b2:",
          {{"B2_ACCOUNT_ID", "Key ID", false, stored}, {"B2_ACCOUNT_KEY", "Application key", false, stored}},
          true};
}

ConnectionTest tested() {
  ConnectionTest test;
  test.repository = "01JDR1";
  for (const HostRow& host : rows_of_repository(kMain.name))
    if (host.connected) test.hosts.push_back({host.id, host.name, host.name == "app-01"});
  test.host_name = "app-01";
  test.at = before(std::chrono::minutes(2));
  test.now = now();
  test.steps = {{"Reached", Level::Calm, false, "", ""},
                {"Opened", Level::Calm, false, "", ""},
                {"Can write", Level::Calm, false, "", ""},
                {"Append-only: cannot delete", Level::Warning, false,
                 "The host may add to this repository and not delete from it: the server is append-only, or limits its "
                 "rights.",
                 "This protects the backups; only what removes snapshots needs a host that may delete.", true}};
  return test;
}

RepositoryPage testing_now() {
  RepositoryPage view = edit();
  view.test.running = true;
  view.test.steps.clear();
  return view;
}

RepositoryPage not_opened() {
  RepositoryPage view = edit();
  view.in_use = false;
  view.test.steps = {{"Reached", Level::Calm, false, "", ""},
                     {"Opened", Level::Down, false, "Wrong repository password.",
                      "Enter the password that the repository was created with."},
                     {"Can write", Level::Calm, true, "", ""},
                     {"Can delete", Level::Calm, true, "", ""}};
  return view;
}

RepositoryPage edit() {
  RepositoryPage view;
  view.page = page(std::string(kMain.name), Section::Repositories);
  view.heading = kMain.name;
  view.form = {.id = "01JDR1",
               .name = view.heading,
               .url = std::string(kMain.url),
               .server_user = {},
               .has_password = true,
               .has_server_password = false,
               .existing = false,
               .groups = {b2(true), network(true)},
               .errors = {}};
  view.test = tested();
  view.in_use = kMain.running > 0;
  for (const HostRow& host : rows_of_repository(kMain.name))
    view.hosts.push_back({host.name, host.link, host.status, host.reason, host.recovery.at});
  return view;
}

RepositoryPage add() {
  RepositoryPage view;
  view.page = page("Add repository", Section::Repositories);
  view.heading = "Add repository";
  view.form.groups = {b2(false), network(false)};
  return view;
}

}  // namespace

std::vector<Preview> repository_previews() {
  RepositoriesPage none = list();
  none.repositories.clear();
  RepositoriesPage failed = list();
  failed.failure = Failure{"Repositories could not be loaded", "The database did not answer within 5 s.", "01JD8f2c1d",
                           Url("/repositories")};
  RepositoryPage wrong = add();
  wrong.form.groups.clear();
  wrong.form.name = "b2-prod";
  wrong.form.url = "https://backup.example.net/shop";
  wrong.form.errors.all = {{"name", "There is a repository of this name already."},
                           {"url", core::check_repository_address(wrong.form.url).error().message}};
  return {show("repositories", list(), web::render_repositories_page),
          show("repositories-none", none, web::render_repositories_page),
          show("repositories-failed", failed, web::render_repositories_page),
          show("repository", edit(), web::render_repository_page),
          show("repository-testing", testing_now(), web::render_repository_page),
          show("repository-not-opened", not_opened(), web::render_repository_page),
          show("repository-add", add(), web::render_repository_page),
          show("repository-errors", wrong, web::render_repository_page)};
}

}  // namespace holdfast::preview
