#pragma once

#include "connection.hpp"

namespace holdfast::agent {

struct AgentOptions {
  Identity identity;
  RunSettings run;
  ConnectionOptions connection;
};

// An enrolled agent: ledger, jobs, connection. Lives on the loop's thread; stop() before it goes.
class Agent {
 public:
  Agent(runtime::Loop& loop, const runtime::Clock& clock, AgentOptions options,
        std::function<void(const std::exception&)> on_fatal)
      : ledger_(loop, options.connection.state_directory / "ledger"),
        runner_(loop, clock, ledger_, options.run, std::move(on_fatal)),
        connection_(loop, clock, std::move(options.identity), ledger_, runner_, options.run.restic,
                    options.connection) {}

  void start() {
    runner_.resume();
    connection_.start();
  }
  // Interrupts running backups, hands in what it can, and says goodbye.
  runtime::Task<> stop() {
    co_await runner_.stop();
    co_await connection_.stop();
  }

  const Ledger& ledger() const { return ledger_; }

 private:
  Ledger ledger_;
  JobRunner runner_;
  Connection connection_;
};

}  // namespace holdfast::agent
