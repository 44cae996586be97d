#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "connection/backoff.hpp"
#include "connection/sender.hpp"
#include "enrolment/identity.hpp"
#include "http/client/client.hpp"
#include "jobs/job_runner.hpp"
#include "jobs/ledgers.hpp"
#include "jobs/repository_checker.hpp"
#include "reports/report_sender.hpp"
#include "schedules/scheduler.hpp"

namespace holdfast::agent {

struct ConnectionOptions {
  std::filesystem::path state_directory;  // where a rotated bearer is kept
  Rclone rclone = Rclone::Refused;
  http::ClientOptions http;
  std::chrono::milliseconds heartbeat{30'000};
  std::chrono::seconds silence{90};  // without a word from the hub, until it is taken for dead
  std::chrono::milliseconds first_delay{1'000};
  std::chrono::milliseconds longest_delay{60'000};
  std::chrono::milliseconds refused_delay{60'000};  // when only a person can help: revoked, too old, a twin
  std::chrono::milliseconds farewell{5'000};        // for what waits to be sent at the end
};

// Holds the one connection to the hub, for as long as the agent lives: dials, says hello, does what the hub asks, sends
// what it does not have, and dials again.
class Connection {
 public:
  Connection(runtime::Loop& loop, const runtime::Clock& clock, Identity identity, Ledgers& ledgers, JobRunner& runner,
             Scheduler& scheduler, restic::Installation restic, ConnectionOptions options);

  void start();
  // Sends what waits, says goodbye and ends.
  runtime::Task<> stop();

 private:
  // How a connection, or the attempt at one, ended. Twin: another agent came with the same identity.
  enum class Ending { Lost, Refused, Rotated, Twin };

  runtime::Task<> dial_for_ever();
  runtime::Task<Ending> dial();
  runtime::Task<Ending> hold(http::WebSocket& socket);
  runtime::Task<http::WebSocketEnd> receive_for_ever(http::WebSocket& socket);
  runtime::Task<> pause(Ending ending);
  runtime::Task<> beat_for_ever();
  runtime::Task<> rotate();
  runtime::Task<> try_to_rotate();
  runtime::Task<> check_repository(protocol::RepositoryCheck wanted);
  runtime::Task<protocol::Hello> make_hello();
  Ending ending_of(protocol::CloseCode code);

  // Does what the message says, or closes the connection with the reason.
  void handle(http::WebSocket& socket, const std::string& text);
  void on(const protocol::Welcome& message);
  void on(const protocol::HeartbeatAck& message) { scheduler_.heard(message.time); }
  void on(const protocol::JobAck& message) { ledger_.acknowledge(message.job, message.sequence); }
  void on(const protocol::CommandRun& message);
  void on(const protocol::CommandCancel& message);
  void on(const protocol::CredentialsRotate& message);
  void on(const protocol::RepositoryCheck& message);
  void on(const protocol::ReportAck& message) { reports_.acknowledge(message.id); }
  void on(const protocol::ScheduleSet& message) { scheduler_.on(message); }
  void on(const protocol::ScheduleFired& message) { scheduler_.on(message); }

  // Constant after construction.
  runtime::Loop& loop_;
  const runtime::Clock& clock_;
  Ledger& ledger_;
  ReportLedger& reports_;
  JobRunner& runner_;
  Scheduler& scheduler_;
  restic::Installation restic_;
  ConnectionOptions options_;

  Identity identity_;
  Backoff backoff_;
  Sender sender_;
  ReportSender report_sender_;
  RepositoryChecker checker_;
  std::string restic_version_;         // as last found; looked for again when it is missing and on each connection
  http::WebSocket* socket_ = nullptr;  // while there is one
  int hub_version_ = 0;                // of the protocol, as its welcome said
  bool welcomed_ = false;              // on this connection
  std::chrono::steady_clock::time_point welcomed_at_;
  bool rotating_ = false;
  bool rotated_ = false;  // on this connection: it ends so that the next one uses the new bearer
  bool stopping_ = false;
  runtime::Signal ended_;  // when dialling has ended for good
  bool has_ended_ = false;
  runtime::TaskGroup tasks_;
};

}  // namespace holdfast::agent
