#pragma once

#include <unordered_map>

#include "http/websocket.hpp"
#include "ledger.hpp"

namespace holdfast::agent {

// Sends what the hub does not have: reads each job's messages from the disk as the socket takes them, so that what
// waits costs no memory however much it is.
class Sender {
 public:
  explicit Sender(Ledger& ledger) : ledger_(ledger) {}

  // From a welcome on to the end of the connection.
  void begin(http::WebSocket& socket);
  void end() { socket_ = nullptr; }
  // Whether everything has been handed to the socket, or there is none.
  bool idle() const;

  // Runs until it is cancelled.
  runtime::Task<> run();

 private:
  // Sends a piece of each job's messages; false when there was none.
  bool send_some();
  bool send_some_of(const JobLedger& job);

  Ledger& ledger_;
  http::WebSocket* socket_ = nullptr;
  std::unordered_map<core::JobId, std::uint64_t> offsets_;  // read up to here on this connection
};

}  // namespace holdfast::agent
