#pragma once

#include "connection/connection.hpp"
#include "reports/reporter.hpp"
#include "schedules/scheduler.hpp"

namespace holdfast::agent {

struct AgentOptions {
  Identity identity;
  RunSettings run;
  ReporterOptions reporter;
  ConnectionOptions connection;
  SchedulerOptions scheduler = {};
};

// An enrolled agent: ledgers, jobs, reports, connection. Lives on the loop's thread; stop() before it goes.
class Agent {
 public:
  // Throws when the state directory cannot be used.
  Agent(runtime::Loop& loop, const runtime::Clock& clock, AgentOptions options)
      : ledgers_(loop, options.connection.state_directory),
        backups_(options.connection.state_directory / "backups.json"),
        runner_(loop, clock, ledgers_.jobs, noting_backups(options.run)),
        scheduler_(loop, clock, options.connection.state_directory, options.identity.host_id, ledgers_.jobs, runner_,
                   options.scheduler),
        reporter_(loop, clock, backups_, ledgers_.reports, std::move(options.reporter)),
        connection_(loop, clock, std::move(options.identity), ledgers_, runner_, scheduler_, options.run.restic,
                    options.connection) {}

  void start() {
    runner_.resume();
    connection_.start();
    scheduler_.start();
    reporter_.start();
  }
  // Interrupts running backups, hands in what it can, and says goodbye.
  runtime::Task<> stop() {
    co_await scheduler_.stop();
    co_await reporter_.stop();
    co_await runner_.stop();
    co_await connection_.stop();
  }

  const Ledger& ledger() const { return ledgers_.jobs; }
  const ReportLedger& reports() const { return ledgers_.reports; }

 private:
  RunSettings noting_backups(RunSettings settings) {
    settings.on_finished = [this](core::Time at, const core::JobResult& result) { backups_.note(at, result); };
    return settings;
  }

  Ledgers ledgers_;
  OwnBackups backups_;
  JobRunner runner_;
  Scheduler scheduler_;
  Reporter reporter_;
  Connection connection_;
};

}  // namespace holdfast::agent
