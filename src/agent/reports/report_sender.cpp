#include "reports/report_sender.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connection/unsent.hpp"
#include "protocol/agent/messages.hpp"

namespace holdfast::agent {
void ReportSender::begin(http::WebSocket& socket) {
  socket_ = &socket;
  sent_ = 0;
  ledger_.changed().notify_all();
}

bool ReportSender::send_next() {
  auto report = ledger_.next_after(sent_);
  if (!report) return false;
  sent_ = report->place;
  socket_->send(
      protocol::encode(protocol::AgentMessage(protocol::ReportSend{report->id, std::move(report->document)})));
  return true;
}

runtime::Task<> ReportSender::run() {
  for (;;) {
    if (socket_ && socket_->unsent() >= kMaxUnsent) {
      co_await ledger_.changed().wait_for(kFullSocketPause);
    } else if (socket_ && send_next()) {
      co_await boost::asio::post(boost::asio::use_awaitable_t<runtime::Executor>{});
    } else {
      co_await ledger_.changed().wait();
    }
  }
}

}  // namespace holdfast::agent
