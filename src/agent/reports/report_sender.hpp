#pragma once

#include <cstdint>

#include "http/websocket/websocket.hpp"
#include "reports/report_ledger.hpp"

namespace holdfast::agent {

// Sends the reports that the hub does not have, the oldest first, as the socket takes them.
class ReportSender {
 public:
  explicit ReportSender(ReportLedger& ledger) : ledger_(ledger) {}

  // From a welcome that asks for reports on to the end of the connection.
  void begin(http::WebSocket& socket);
  void end() { socket_ = nullptr; }

  // Runs until it is cancelled.
  runtime::Task<> run();

 private:
  // False when all were sent.
  bool send_next();

  ReportLedger& ledger_;
  http::WebSocket* socket_ = nullptr;
  std::uint64_t sent_ = 0;  // up to this place on this connection
};

}  // namespace holdfast::agent
