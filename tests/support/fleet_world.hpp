#pragma once

#include <boost/asio/co_spawn.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/schedule/cron.hpp"
#include "fake_clock.hpp"
#include "fleet/use_cases.hpp"
#include "runtime/secrets/crypto.hpp"
#include "runtime/time_zone.hpp"
#include "store/reports/reports.hpp"
#include "store/sqlite/database.hpp"
#include "temporary_directory.hpp"

namespace holdfast::fleet {

// What the use cases of a test work on: a real database in a folder of its own, and a clock that the test moves.
struct Ground {
  Ground() { runtime::start_crypto(); }

  tests::TemporaryDirectory directory;
  runtime::Loop loop;
  tests::FakeClock clock;
  runtime::SecretBox secrets{std::string(32, 'k')};
  runtime::WorkerPool hashing{"hashing", 1, 8};
  store::Database database{loop, directory / "holdfast.db"};
};

inline UseCasesOptions options_of_tests() {
  return {.report_api_key = "report-api-key",
          .record_expiry = {.prune_schedule = {}, .zone = runtime::find_zone("UTC").value()}};
}

struct World : Ground, UseCases {
  World() : UseCases(loop, clock, database, secrets, hashing, options_of_tests()) {}

  // Runs one coroutine to its end on the loop.
  template <class T>
  T run(Task<T> task) {
    return runtime::run_to_end(loop, std::move(task));
  }

  // All at once, so that their writes share commits.
  template <class T>
  std::vector<T> run_all(std::vector<Task<T>> tasks) {
    std::vector<T> results;
    runtime::TaskGroup group(loop);
    for (auto& task : tasks)
      group.spawn("one of many", [&]() -> Task<> { results.push_back(co_await std::move(task)); });
    loop.restart();
    loop.run();
    return results;
  }

  Enrolled enrol(std::string name) {
    const auto token = run(enrolment.make_token(std::nullopt, admin)).value();
    auto enrolled = run(enrolment.enrol(token.token, {name, name, "Debian", "x86_64", "1.0"}, "192.0.2.1")).value();
    bearers[enrolled.host] = enrolled.bearer;
    return enrolled;
  }
  // As its agent signs in.
  AgentIdentity identity(const core::HostId& host) { return {host, runtime::token_hash(bearers.at(host))}; }
  void connect(const core::HostId& host, AgentLink& link) {
    agents.opened(identity(host), link);
    agents.connected(host, link);
  }
  core::RepositoryId add_repository(std::string name = "repo") {
    return run(repositories.add({std::move(name), {"/var/backups/repo", "repository-secret", "", ""}}, admin)).value();
  }
  // A host that can be backed up.
  core::HostId ready_host(std::string name = "web-01") {
    const auto host = enrol(name).host;
    run(hosts.add_source_group(host, "Files", {{"/srv"}, {}, {}}, admin)).value();
    run(repositories.link(host, add_repository("repo of " + name), admin)).value();
    return host;
  }
  void tag(const core::HostId& host, std::string tag) {
    HostChange change;
    change.add_tags = {std::move(tag)};
    run(hosts.change(host, std::move(change), admin)).value();
  }
  void untag(const core::HostId& host, std::string tag) {
    HostChange change;
    change.remove_tags = {std::move(tag)};
    run(hosts.change(host, std::move(change), admin)).value();
  }

  std::map<core::HostId, std::string> bearers;  // of who enrolled
  Actor admin{"admin", "192.0.2.9"};
};

// The agent's end of a connection: keeps what the hub sent.
class RecordingLink final : public AgentLink {
 public:
  void speak(int version) override { spoken = version; }
  bool send(const protocol::HubMessage& message) override {
    sent.push_back(message);
    return true;
  }
  void close(protocol::CloseCode code, std::string_view reason) override {
    if (closed) return;  // as of a WebSocket, the first counts
    closed = code;
    close_reason = reason;
  }
  const std::string& peer() const override { return peer_; }

  template <class Message>
  std::vector<Message> all() const {
    std::vector<Message> found;
    for (const auto& message : sent) {
      if (const auto* wanted = std::get_if<Message>(&message)) found.push_back(*wanted);
    }
    return found;
  }

  std::vector<protocol::HubMessage> sent;
  std::optional<protocol::CloseCode> closed;
  std::string close_reason;
  int spoken = 0;

 private:
  std::string peer_ = "192.0.2.1";
};

}  // namespace holdfast::fleet
