#include "agents/conversation.hpp"

#include <boost/system/error_code.hpp>
#include <exception>
#include <utility>

#include "runtime/log/log.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using runtime::Task;

// Nothing more is read while so much waits.
constexpr std::size_t kMaxWaiting = 256;
constexpr std::size_t kMaxWaitingBytes = 1024 * 1024;
constexpr std::uint16_t kInternalError = 1011;
// Less than a WebSocket waits for an answer to its close frame.
constexpr auto kDeadTakesLonger = 4s;

}  // namespace

AgentConversation::AgentConversation(runtime::Loop& loop, const fleet::AgentSession::Parts& parts,
                                     fleet::AgentIdentity identity, http::WebSocket& socket,
                                     std::chrono::milliseconds hello_limit)
    : agents_(parts.agents),
      host_(identity.host),
      socket_(socket),
      session_(parts, std::move(identity), *this),
      handled_(loop),
      hello_limit_(hello_limit),
      silence_(loop),
      handling_(loop) {}

bool AgentConversation::send(const protocol::HubMessage& message) {
  return !closed_ && socket_.send(protocol::encode(message, {}, version_));
}

void AgentConversation::close(protocol::CloseCode code, std::string_view reason) {
  if (closed_) return;
  if (code == protocol::CloseCode::Replaced && session_.greeted()) replaced_at_ = std::chrono::steady_clock::now();
  closed_ = true;
  socket_.close(std::to_underlying(code), reason);
}

// Whatever ends the reading, what is being stored is stored to its end.
Task<> AgentConversation::run() {
  await_hello();
  std::exception_ptr failure;
  try {
    co_await read();
  } catch (...) {
    failure = std::current_exception();
  }
  stop_waiting_for_hello();
  co_await runtime::asio::this_coro::reset_cancellation_state();
  co_await handling_.join();
  if (failure) std::rethrow_exception(failure);
  if (answered_its_replacement()) co_await agents_.note_twins(host_, socket_.peer());
}

// A connection that is dead, which is why its agent made another one, does not answer the close frame.
bool AgentConversation::answered_its_replacement() const {
  return replaced_at_ && std::chrono::steady_clock::now() - *replaced_at_ < kDeadTakesLonger;
}

// A connection that says nothing is not kept.
void AgentConversation::await_hello() {
  silence_.expires_after(hello_limit_);
  silence_.async_wait([this, heard = heard_](const boost::system::error_code& error) {
    if (!error && !*heard) close(protocol::CloseCode::Hello_missing, "no hello within 10 s");
  });
}

void AgentConversation::stop_waiting_for_hello() {
  *heard_ = true;
  silence_.cancel();
}

Task<> AgentConversation::read() {
  while (true) {
    auto message = co_await socket_.receive();
    stop_waiting_for_hello();  // it came in time, however long it takes to store it
    if (!message) {
      runtime::log::debug("agent.connection_ended", "Connection ended",
                          {{"address", socket_.peer()}, {"reason", message.error().reason}});
      co_return;
    }
    take(*std::move(message));
    while (is_full()) co_await handled_.wait();
  }
}

bool AgentConversation::is_full() const {
  return waiting_.size() >= kMaxWaiting || waiting_bytes_ >= kMaxWaitingBytes;
}

void AgentConversation::take(std::string message) {
  waiting_bytes_ += message.size();
  waiting_.push_back(std::move(message));
  if (!std::exchange(busy_, true)) handling_.spawn("agent's messages", [this] { return handle(); });
}

Task<> AgentConversation::handle() {
  try {
    co_await handle_all_that_waits();
  } catch (const std::exception& error) {
    runtime::log::error("agent.messages_failed", "What an agent said could not be stored",
                        {{"address", socket_.peer()}, {"error", error.what()}});
    closed_ = true;
    socket_.close(kInternalError, "");
  }
  busy_ = false;
  waiting_.clear();
  waiting_bytes_ = 0;
  handled_.notify_all();
}

Task<> AgentConversation::handle_all_that_waits() {
  while (!closed_ && !waiting_.empty()) {
    auto messages = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
    handled_.notify_all();
    const auto refusal = co_await session_.receive(std::move(messages));
    if (!refusal) continue;
    runtime::log::warning("agent.refused", "Connection refused",
                          {{"address", socket_.peer()}, {"reason", refusal->reason}});
    close(refusal->code, refusal->reason);
  }
}

}  // namespace holdfast::web
