#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <iostream>

#include "data_dir.hpp"
#include "fleet/enrolment/enrolment.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/repositories/repositories.hpp"
#include "fleet/schedules/schedules.hpp"
#include "hub/app.hpp"
#include "runtime/files/files.hpp"
#include "runtime/secrets/crypto.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::hub {
namespace {

namespace asio = runtime::asio;

template <class T>
const T& ok(const core::Result<T>& result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *result;
}

// The use cases of the hub over its database, without a server.
class Seeder {
 public:
  Seeder(runtime::Loop& loop, const Options& options)
      : database_(loop, database_file(options)),
        secrets_(open_secrets(loop, database_, options)),
        live_(loop),
        watch_(database_, clock_, live_, {}),
        agents_(database_, clock_, live_, watch_),
        enrolment_(database_, clock_, secrets_, agents_, live_, watch_),
        hosts_(database_, clock_, agents_, live_, watch_),
        repositories_(database_, clock_, secrets_, live_, watch_),
        jobs_(database_, clock_, secrets_, agents_, live_, watch_),
        schedules_(database_, clock_, jobs_, live_, watch_) {}

  // What a person would do in the pages, one after the other.
  runtime::Task<> seed_demo(std::string source, std::string repository) {
    const auto password = runtime::make_token("demo");
    const auto id = co_await add_repository("Demo repository", std::move(repository), password);
    const auto host = co_await add_host("demo", std::move(source), id);
    fleet::ScheduleEdit schedule;
    schedule.schedule.name = "Every five minutes";
    schedule.schedule.cron = "*/5 * * * *";
    schedule.schedule.timezone = "UTC";
    schedule.schedule.applies_to.hosts = {host.host};
    ok(co_await schedules_.add(std::move(schedule), actor_));
    const auto token = co_await enrolment_.make_token(host.host, actor_);
    std::cout << "password=" << password << "\ntoken=" << ok(token).token << std::endl;
  }

  runtime::Task<> seed_fleet(std::size_t count) {
    const auto id =
        co_await add_repository("Simulated repository", "/var/empty/simulated", runtime::make_token("demo"));
    for (std::size_t i = 1; i <= count; ++i) {
      const auto host = co_await add_host(fmt::format("sim-{:05}", i), "/srv", id);
      std::cout << host.bearer << "\n";
    }
  }

 private:
  runtime::Task<core::RepositoryId> add_repository(std::string name, std::string path, std::string password) {
    const fleet::RepositoryEdit edit{std::move(name), {std::move(path), std::move(password), "", ""}};
    const auto id = co_await repositories_.add(edit, actor_);
    co_return ok(id);
  }

  runtime::Task<fleet::Enrolled> add_host(std::string name, std::string source, core::RepositoryId repository) {
    const auto token = co_await enrolment_.make_token(std::nullopt, actor_);
    const fleet::Candidate candidate{name, name, "", "", ""};
    const auto host = co_await enrolment_.enrol(ok(token).token, candidate, "");
    const core::SourceSet sources{{source}, {}, {}};
    const auto group = co_await hosts_.add_source_group(ok(host).host, "Files", sources, actor_);
    ok(group);
    const auto linked = co_await repositories_.link(host->host, repository, actor_);
    if (!linked) throw std::runtime_error(linked.error().message);
    co_return *host;
  }

  fleet::Actor actor_{"seed", ""};
  runtime::SystemClock clock_;
  store::Database database_;
  runtime::SecretBox secrets_;
  fleet::Live live_;
  fleet::Watch watch_;
  fleet::Agents agents_;
  fleet::Enrolment enrolment_;
  fleet::Hosts hosts_;
  fleet::Repositories repositories_;
  fleet::Jobs jobs_;
  fleet::Schedules schedules_;
};

// Runs one of the Seeder's tasks on the database of a hub that is not running.
int seed(const Options& options, const std::function<runtime::Task<>(Seeder&)>& task) {
  runtime::make_private_directory(options.data_dir);
  const auto lock = runtime::FileLock::acquire(options.data_dir / "hub.lock");
  if (!lock) throw std::runtime_error("the hub is running; stop it first");
  refuse_lost_database(options);
  runtime::Loop loop(1);
  Seeder seeder(loop, options);
  runtime::run_to_end(loop, task(seeder));
  return 0;
}

}  // namespace

int seed_demo(const Options& options, const std::string& source, const std::string& repository) {
  const std::string folder = std::filesystem::absolute(source);
  const std::string target = std::filesystem::absolute(repository);
  return seed(options, [&](Seeder& seeder) { return seeder.seed_demo(folder, target); });
}

int seed_fleet(const Options& options, std::size_t count) {
  return seed(options, [count](Seeder& seeder) { return seeder.seed_fleet(count); });
}

}  // namespace holdfast::hub
