#include "connection/sender.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

#include "connection/unsent.hpp"

// The file of messages is the queue, and a job on a connection is no more than an offset into its file; how full the
// socket is says when to go on. Each connection begins at the front of every file, and reading leaves out what the
// hub has acknowledged.
namespace holdfast::agent {
namespace {

constexpr std::size_t kPiece = 128 * 1024;

}  // namespace

void Sender::begin(http::WebSocket& socket, int hub_version) {
  socket_ = &socket;
  hub_version_ = hub_version;
  sent_.clear();
  ledger_.changed().notify_all();
}

bool Sender::idle() const {
  if (!socket_) return true;
  return socket_->unsent() == 0 && std::ranges::all_of(ledger_.jobs(), [this](const auto& entry) {
           const auto found = sent_.find(entry.first);
           const Sent sent = found == sent_.end() ? Sent() : found->second;
           const JobLedger& job = *entry.second;
           if (job.lost()) return !job.finished() || sent.last_words;
           return job.abandoned() || job.size() == sent.offset;
         });
}

bool Sender::send_some_of(JobLedger& job) {
  if (job.abandoned()) return false;
  if (job.lost()) return send_last_words(job);
  Sent& sent = sent_[job.job()];
  if (sent.offset >= job.size()) return false;
  auto chunk = job.read(sent.offset, kPiece);
  for (std::string& message : chunk.messages) socket_->send(protocol::encoded_for(std::move(message), hub_version_));
  if (chunk.next_offset == sent.offset) job.lose("they cannot be read");
  sent.offset = chunk.next_offset;
  sent.sequence = std::max(sent.sequence, chunk.last_sequence);
  return true;
}

// They are numbered after what the hub has, and that is known once it has acknowledged all that was sent.
bool Sender::send_last_words(JobLedger& job) {
  Sent& sent = sent_[job.job()];
  const std::uint64_t acknowledged = job.acknowledged().value_or(0);
  if (sent.last_words || !job.finished() || acknowledged < sent.sequence) return false;
  for (std::string& message : job.last_words(acknowledged))
    socket_->send(protocol::encoded_for(std::move(message), hub_version_));
  sent.last_words = true;
  return true;
}

bool Sender::send_some() {
  std::erase_if(sent_, [this](const auto& entry) { return !ledger_.find(entry.first); });
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
