#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <filesystem>
#include <iostream>

#include "fleet/enrolment.hpp"
#include "fleet/hosts.hpp"
#include "fleet/repositories.hpp"
#include "hub/app.hpp"
#include "runtime/crypto.hpp"
#include "runtime/files.hpp"
#include "store/database.hpp"

namespace holdfast::hub {
namespace {

namespace asio = runtime::asio;

template <class T>
const T& ok(const core::Result<T>& result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *result;
}

// The use cases that a person would go through in the pages, one after the other.
runtime::Task<> seed(runtime::Loop& loop, const Options& options, std::string source, std::string repository) {
  runtime::SystemClock clock;
  const auto secrets = runtime::SecretBox::open_key_file(options.data_dir / "secret.key");
  store::Database database(loop, options.data_dir / "holdfast.db");
  fleet::Live live(loop);
  fleet::Agents agents(database, clock, live);
  fleet::Enrolment enrolment(database, clock, live);
  fleet::Hosts hosts(database, clock, agents, live);
  fleet::Repositories repositories(database, clock, secrets, live);
  const fleet::Actor actor{"demo", ""};

  const auto first = co_await enrolment.make_token(std::nullopt, actor);
  const fleet::Candidate candidate{"demo", "demo", "", "", ""};
  const auto host = co_await enrolment.enrol(ok(first).token, candidate, "");
  const core::SourceSet sources{{source}, {}, {}};
  const auto group = co_await hosts.add_source_group(ok(host).host, "Demo files", sources, actor);
  ok(group);
  const fleet::RepositoryEdit edit{"Demo repository", {repository, runtime::make_token("demo"), "", ""}};
  const auto id = co_await repositories.add(edit, actor);
  const auto linked = co_await repositories.link(host->host, ok(id), actor);
  if (!linked) throw std::runtime_error(linked.error().message);
  const auto token = co_await enrolment.make_token(host->host, actor);
  std::cout << "token=" << ok(token).token << std::endl;
}

}  // namespace

int seed_demo(const Options& options, const std::string& source, const std::string& repository) {
  runtime::make_private_directory(options.data_dir);
  const auto lock = runtime::FileLock::acquire(options.data_dir / "hub.lock");
  if (!lock) throw std::runtime_error("the hub is running; stop it first");
  runtime::Loop loop(1);
  std::exception_ptr failure;
  asio::co_spawn(loop, seed(loop, options, std::filesystem::absolute(source), std::filesystem::absolute(repository)),
                 [&failure](std::exception_ptr error) { failure = std::move(error); });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return 0;
}

}  // namespace holdfast::hub
