#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

using std::chrono::hours;

RepositoryRow row(std::string name, std::string url, std::size_t hosts, JobStatus last) {
  RepositoryRow result{.id = name,
                       .name = name,
                       .link = Url("/repositories").segment(name),
                       .url = std::move(url),
                       .hosts = hosts,
                       .last_status = last,
                       .trouble = last == JobStatus::Failed ? "The repository did not answer for 5 min." : "",
                       .last_backup = {},
                       .running = 0,
                       .now = now()};
  if (last != JobStatus::Queued) result.last_backup = before(hours(7));
  return result;
}

RepositoriesPage list() {
  RepositoriesPage view;
  view.page = page("Repositories", Section::Repositories);
  view.repositories = {row("b2-prod", "b2:hf-prod:/main", 12, JobStatus::Done),
                       row("b2-prod-db", "b2:hf-prod-db:/pg", 2, JobStatus::Failed),
                       row("local-attic", "/mnt/attic/restic", 4, JobStatus::Partial),
                       row("rest-home", "rest:https://***@restic.home.example/home", 0, JobStatus::Queued)};
  view.repositories[0].running = 2;
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

VariableGroup b2() {
  return {"Sign-in at Backblaze B2",
          "b2:",
          {{"B2_ACCOUNT_ID", "Key ID", false, false}, {"B2_ACCOUNT_KEY", "Application key", false, false}},
          true};
}

ConnectionTest tested() {
  ConnectionTest test;
  test.repository = "01JDR1";
  test.hosts = {{"1", "app-01", true}, {"2", "pg-primary", false}};
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
  view.test.steps = {{"Reached", Level::Calm, false, "", ""},
                     {"Opened", Level::Down, false, "The repository did not open with this password.",
                      "Enter the password that the repository was made with."},
                     {"Can write", Level::Calm, true, "", ""},
                     {"Can delete", Level::Calm, true, "", ""}};
  return view;
}

RepositoryPage edit() {
  RepositoryPage view;
  view.page = page("b2-prod", Section::Repositories);
  view.heading = "b2-prod";
  view.form = {.id = "01JDR1",
               .name = "b2-prod",
               .url = "rest:https://backup.example.net/shop",
               .server_user = "shop",
               .has_password = true,
               .has_server_password = true,
               .existing = false,
               .groups = {network(true)},
               .errors = {}};
  view.test = tested();
  view.hosts = {{"app-01", Url("/hosts/1"), HostStatus::Ok, {before(hours(7)), {}, now()}},
                {"pg-primary", Url("/hosts/2"), HostStatus::Warning, {before(hours(31)), {}, now()}},
                {"lab-scratch", Url("/hosts/3"), HostStatus::Waiting, {{}, {}, now()}}};
  return view;
}

RepositoryPage add() {
  RepositoryPage view;
  view.page = page("Add repository", Section::Repositories);
  view.heading = "Add repository";
  view.form.groups = {b2(), network(false)};
  return view;
}

template <class View, class Render>
Preview show(std::string name, const View& view, Render render) {
  Preview result{std::move(name), {}};
  render(result.html, view);
  return result;
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
  wrong.form.errors.all = {{"name", "There is a repository of this name."},
                           {"url", "restic needs rest: in front of an https address."}};
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
