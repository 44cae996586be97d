#pragma once

#include <unordered_map>

#include "http/websocket/websocket.hpp"
#include "jobs/ledger.hpp"

namespace holdfast::agent {

// Sends what the hub does not have: reads each job's messages from the disk as the socket takes them, so that what
// waits costs no memory however much it is.
class Sender {
 public:
  explicit Sender(Ledger& ledger) : ledger_(ledger) {}

  // From a welcome on to the end of the connection.
  void begin(http::WebSocket& socket, int hub_version);
  void end() { socket_ = nullptr; }
  // Whether everything has been handed to the socket, or there is none.
  bool idle() const;

  // Runs until it is cancelled.
  runtime::Task<> run();

 private:
  // Sends a piece of each job's messages; false when there was none.
  bool send_some();
  bool send_some_of(JobLedger& job);
  bool send_last_words(JobLedger& job);

  Ledger& ledger_;
  http::WebSocket* socket_ = nullptr;
  int hub_version_ = 0;

  // How far a job is on this connection.
  struct Sent {
    std::uint64_t offset = 0;  // of its file of messages
    std::uint64_t sequence = 0;
    bool last_words = false;
  };
  std::unordered_map<core::JobId, Sent> sent_;
};

}  // namespace holdfast::agent
