#include "sender.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>

namespace holdfast::agent {
namespace {

constexpr std::size_t kPiece = 128 * 1024;
constexpr std::size_t kMaxUnsent = 512 * 1024;
constexpr std::chrono::milliseconds kFullSocketPause{20};

}  // namespace

void Sender::begin(http::WebSocket& socket) {
  socket_ = &socket;
  offsets_.clear();
  ledger_.changed().notify_all();
}

bool Sender::idle() const {
  if (!socket_) return true;
  return socket_->unsent() == 0 && std::ranges::all_of(ledger_.jobs(), [this](const auto& entry) {
           const auto offset = offsets_.find(entry.first);
           return entry.second->abandoned() || entry.second->size() == (offset == offsets_.end() ? 0 : offset->second);
         });
}

bool Sender::send_some_of(const JobLedger& job) {
  std::uint64_t& offset = offsets_[job.job()];
  if (job.abandoned() || offset >= job.size()) return false;
  auto chunk = job.read(offset, kPiece);
  for (std::string& message : chunk.messages) socket_->send(std::move(message));
  const bool moved = chunk.next_offset != offset;
  offset = chunk.next_offset;
  return moved;
}

bool Sender::send_some() {
  std::erase_if(offsets_, [this](const auto& entry) { return !ledger_.find(entry.first); });
  bool sent = false;
  for (const auto& [id, job] : ledger_.jobs()) {
    if (socket_->unsent() < kMaxUnsent) sent |= send_some_of(*job);
  }
  return sent;
}

runtime::Task<> Sender::run() {
  for (;;) {
    if (!socket_) {
      co_await ledger_.changed().wait();
    } else if (socket_->unsent() >= kMaxUnsent) {
      co_await ledger_.changed().wait_for(kFullSocketPause);
    } else if (send_some()) {
      co_await boost::asio::post(boost::asio::use_awaitable_t<runtime::Executor>{});
    } else {
      co_await ledger_.changed().wait();
    }
  }
}

}  // namespace holdfast::agent
