#include "reports/report_sender.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "protocol/agent/messages.hpp"

namespace holdfast::agent {
namespace {

constexpr std::size_t kMaxUnsentReports = 512 * 1024;
constexpr std::chrono::milliseconds kReportPause{20};

}  // namespace

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
    if (socket_ && socket_->unsent() >= kMaxUnsentReports) {
      co_await ledger_.changed().wait_for(kReportPause);
    } else if (socket_ && send_next()) {
      co_await boost::asio::post(boost::asio::use_awaitable_t<runtime::Executor>{});
    } else {
      co_await ledger_.changed().wait();
    }
  }
}

}  // namespace holdfast::agent
