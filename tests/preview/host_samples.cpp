#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::string_view kHost = "01JD0000000000000000000001";

SourceGroupView group(std::string id, std::string name, std::vector<std::string> paths,
                      std::vector<std::string> excludes) {
  SourceGroupView view{name, paths, excludes, {"prod"}, {}};
  view.form = {.host = std::string(kHost),
               .id = std::move(id),
               .name = std::move(name),
               .paths = {},
               .excludes = {},
               .tags = "prod",
               .errors = {}};
  for (const std::string& path : paths) view.form.paths += path + "\n";
  for (const std::string& pattern : excludes) view.form.excludes += pattern + "\n";
  return view;
}

HostHead head() {
  HostHead view;
  view.id = kHost;
  view.name = "pg-primary";
  view.status = HostStatus::Warning;
  view.reason = "Last backup 31 h ago, limit 26 h";
  view.facts = {"Ubuntu 24.04, x86_64", "10.20.3.10"};
  view.connected = true;
  view.last_seen = before(core::seconds(8));
  view.now = now();
  view.recovery = {.at = before(hours(31)), .limit = hours(26), .now = now()};
  view.runs = strip("ooooooooooooox");
  view.runs_text = "13 ok, 1 failed";
  view.last_run = before(hours(8));
  view.last_run_status = JobStatus::Failed;
  view.last_run_text = "after 51 min";
  view.backup = {.host = std::string(kHost),
                 .host_name = "pg-primary",
                 .possible = true,
                 .hint = {},
                 .connected = true,
                 .running = {},
                 .repositories = {{"1", "b2-prod-db", true}, {"2", "local-attic", false}},
                 .source_groups = {{"1", "postgres", true}},
                 .error = {}};
  return view;
}

HostPage host() {
  HostPage view;
  view.page = page("pg-primary", Section::Fleet);
  view.page.stream = Url("/ui/stream").query("topics", "pulse,host:01JD0000000000000000000001");
  view.head = head();
  view.problem = Notice{Tone::Warning, "Last good backup is 31 h old, the limit is 26 h.",
                        "The run at 01:42 failed after 51 min because b2-prod-db stopped answering.", Url("/jobs/1"),
                        "See the job"};
  view.source_groups = {group("01JDG1", "postgres", {"/var/lib/postgresql", "/etc/postgresql"}, {"*.tmp"}),
                        group("01JDG2", "system", {"/etc", "/root", "/usr/local"}, {})};
  view.new_source_group.host = kHost;
  view.repositories = {{"1", "b2-prod-db", "b2:hf-prod-db:/pg", Url("/repositories/1"), true},
                       {"2", "local-attic", "/mnt/attic/restic", Url("/repositories/2"), false}};
  view.other_repositories = {{"3", "sftp-hartmann", false}};
  view.jobs.jobs = finished_rows();
  view.all_jobs = Url("/jobs").query("host", kHost);
  view.connection = {{"Agent", "0.1.0"},
                     {"Address", "10.20.3.10"},
                     {"Connected", "since Thu 19 Nov, 08:12 UTC"},
                     {"Credential", "made 3 Nov"}};
  view.system = {{"Host name", "pg-primary.example.net"},
                 {"System", "Ubuntu 24.04.1 LTS"},
                 {"Kernel", "6.8.0-49-generic"},
                 {"restic", "0.18.1"},
                 {"Added", "3 Nov"}};
  return view;
}

HostPage fresh() {
  HostPage view = host();
  view.head.status = HostStatus::Unknown;
  view.head.reason = "No backup yet";
  view.head.recovery.at.reset();
  view.head.runs = {};
  view.head.runs_text = "no runs yet";
  view.head.last_run.reset();
  view.head.backup.possible = false;
  view.head.backup.hint =
      "Name what is backed up and choose a repository first. Then the first backup is one click away.";
  view.problem.reset();
  view.source_groups.clear();
  view.repositories.clear();
  view.other_repositories.clear();
  view.jobs.jobs.clear();
  return view;
}

HostPage away() {
  HostPage view = host();
  view.head.status = HostStatus::Down;
  view.head.reason = "No contact for 2 h 14 m";
  view.head.connected = false;
  view.head.last_seen = before(minutes(134));
  view.head.backup.connected = false;
  view.head.backup.repositories.pop_back();
  view.problem.reset();
  view.revoked = true;
  return view;
}

HostPage with_errors() {
  HostPage view = host();
  view.new_source_group = {.host = std::string(kHost),
                           .id = {},
                           .name = "media",
                           .paths = "srv/media\n",
                           .excludes = {},
                           .tags = {},
                           .errors = {{{"paths", "“srv/media” does not begin with /."}}},
                           .open = true};
  view.errors.all = {{"rename", "Another host has this name."}};
  view.head.backup.error = "A job for this source group waits already.";
  return view;
}

HostPage running() {
  HostPage view = host();
  view.head.status = HostStatus::Ok;
  view.head.reason = {};
  view.head.recovery.at = before(hours(23));
  view.head.backup.running = Url("/jobs/1");
  view.problem.reset();
  return view;
}

Preview show(std::string name, const HostPage& view) {
  Preview result{std::move(name), {}};
  web::render_host_page(result.html, view);
  return result;
}

}  // namespace

std::vector<Preview> host_previews() {
  return {show("host", host()), show("host-fresh", fresh()), show("host-away", away()),
          show("host-errors", with_errors()), show("host-running", running())};
}

}  // namespace holdfast::preview
