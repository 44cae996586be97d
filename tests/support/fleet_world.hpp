#pragma once

#include <boost/asio/co_spawn.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fake_clock.hpp"
#include "fleet/accounts/accounts.hpp"
#include "fleet/accounts/customers.hpp"
#include "fleet/accounts/key_ring.hpp"
#include "fleet/accounts/report_keys.hpp"
#include "fleet/agents/agent_session.hpp"
#include "fleet/agents/agents.hpp"
#include "fleet/enrolment/enrolment.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/reports/histories.hpp"
#include "fleet/reports/report_upkeep.hpp"
#include "fleet/reports/reports.hpp"
#include "fleet/reports/stored_reports.hpp"
#include "fleet/repositories/repositories.hpp"
#include "fleet/repositories/repository_checks.hpp"
#include "runtime/secrets/crypto.hpp"
#include "store/reports/reports.hpp"
#include "store/sqlite/database.hpp"
#include "temporary_directory.hpp"

namespace holdfast::fleet {

// The use cases over a real database in a folder of its own, and a clock that the test moves.
struct World {
  World() { runtime::start_crypto(); }

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

  tests::TemporaryDirectory directory;
  runtime::Loop loop;
  std::map<core::HostId, std::string> bearers;  // of who enrolled
  tests::FakeClock clock;
  Actor admin{"admin", "192.0.2.9"};
  runtime::SecretBox secrets{std::string(32, 'k')};
  runtime::WorkerPool hashing{"hashing", 1, 8};
  store::Database database{loop, directory / "holdfast.db"};
  Live live{loop};
  Watch watch{database, clock, live, {}};
  KeyRing keys{database};
  Accounts accounts{database, clock, hashing, live, watch, {}};
  Agents agents{database, clock, live, watch};
  Enrolment enrolment{database, clock, secrets, agents, live, watch};
  Jobs jobs{database, clock, secrets, agents, live, watch};
  Hosts hosts{database, clock, agents, live, watch};
  Repositories repositories{database, clock, secrets, live, watch};
  RepositoryChecks checks{database, clock, secrets, agents, live, watch};
  Customers customers{database, clock, live, watch, keys};
  store::Packer packer;
  ReportKeys report_keys{clock, keys, "report-api-key"};
  Reports reports{database, clock, live, watch, report_keys, packer, {}};
  StoredReports stored_reports{database, clock, packer};
  Histories histories{database, clock, packer};
  ReportUpkeep upkeep{database, clock, live, watch, packer};
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
