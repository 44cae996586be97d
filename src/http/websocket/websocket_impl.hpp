#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <list>

#include "transport.hpp"

// A WebSocket over any stream. Only websocket_plain.cpp and websocket_tls.cpp include this.
namespace holdfast::http {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr std::size_t kMostUnsent = 8 * 1024 * 1024;
constexpr std::size_t kPerMessage = 64;            // what a short message takes besides its bytes
constexpr std::chrono::seconds kCloseLimit{5};     // for the other side to answer a close frame
constexpr std::size_t kFirstPiece = 512;           // what an idle reader holds ready
constexpr std::size_t kServerWriteBuffer = 512;    // a server's frames are sent from where they lie
constexpr std::size_t kClientWriteBuffer = 16384;  // a client's are masked into a buffer, piece by piece

// As much of a reason as a close frame can hold, in whole characters.
inline beast::string_view cut_to_fit(std::string_view reason) {
  auto size = std::min(reason.size(), std::size_t{123});
  while (size > 0 && size < reason.size() && (static_cast<unsigned char>(reason[size]) & 0xC0) == 0x80) --size;
  return reason.substr(0, size);
}

template <class Stream>
class WebSocketImpl final : public WebSocketConnection, public std::enable_shared_from_this<WebSocketImpl<Stream>> {
 public:
  WebSocketImpl(Stream stream, WebSocketLimits limits, std::string peer)
      : stream_(std::move(stream)), timer_(stream_.get_executor()), limits_(limits), peer_(std::move(peer)) {
    stream_.set_option(websocket::stream_base::timeout{kCloseLimit, websocket::stream_base::none(), false});
    stream_.read_message_max(limits_.max_message);
    stream_.auto_fragment(false);
    stream_.text(true);
    stream_.control_callback([this](websocket::frame_type kind, beast::string_view) {
      heard();
      if (kind == websocket::frame_type::close) limit_closing();
    });
  }

  Task<bool> accept(const Request& request, const Headers& headers) override;
  Task<std::expected<void, Refused>> handshake(const Handshake& handshake) override;
  Task<std::expected<std::string, WebSocketEnd>> receive() override;
  bool send(std::shared_ptr<const std::string> message) override;
  void close(std::uint16_t code, std::string_view reason) override;
  void abort() override;
  std::size_t unsent() const override { return unsent_; }
  const std::string& peer() const override { return peer_; }

 private:
  using Steady = std::chrono::steady_clock;
  using Timer = asio::basic_waitable_timer<Steady, asio::wait_traits<Steady>, Executor>;
  using Result = std::expected<std::string, WebSocketEnd>;

  void opened();
  void heard() { heard_ = Steady::now(); }
  void limit_closing();
  void watch();
  void on_timer();
  void end(WebSocketEnd why);
  void write_next();
  void start_close();
  Task<beast::error_code> read_message(std::string& message);
  WebSocketEnd end_by(const beast::error_code& error) const;

  websocket::stream<Stream, false> stream_;
  Timer timer_;
  WebSocketLimits limits_;
  std::string peer_;
  Steady::time_point heard_{};
  std::optional<Steady::time_point> close_by_;           // set once the closing handshake is under way
  std::optional<websocket::close_reason> closing_;       // what close() asked for
  WebSocketEnd end_;                                     // once it has one, and where we ended it
  std::list<std::shared_ptr<const std::string>> queue_;  // the first is being written while `writing_`
  std::size_t unsent_ = 0;
  bool writing_ = false;
  bool closed_ = false;
};

template <class Stream>
Task<bool> WebSocketImpl<Stream>::accept(const Request& request, const Headers& headers) {
  const auto self = this->shared_from_this();
  stream_.write_buffer_bytes(kServerWriteBuffer);
  beast::http::request<beast::http::empty_body> upgrade(beast::http::verb::get, request.target, 11);
  for (const auto& [name, value] : request.headers) upgrade.insert(name, value);
  stream_.set_option(websocket::stream_base::decorator([&headers](websocket::response_type& response) {
    response.set(beast::http::field::server, "");  // where there is none, Beast names itself
    for (const auto& [name, value] : headers) response.insert(name, value);
  }));
  const auto [error] = co_await stream_.async_accept(upgrade, kAsTuple);
  stream_.set_option(websocket::stream_base::decorator([](websocket::response_type&) {}));
  if (!error) opened();
  co_return !error;
}

template <class Stream>
Task<std::expected<void, WebSocketConnection::Refused>> WebSocketImpl<Stream>::handshake(const Handshake& handshake) {
  const auto self = this->shared_from_this();
  stream_.write_buffer_bytes(kClientWriteBuffer);
  stream_.set_option(websocket::stream_base::decorator([&handshake](websocket::request_type& request) {
    for (const auto& [name, value] : handshake.headers) request.set(name, value);
  }));
  websocket::response_type response;
  const auto [error] = co_await stream_.async_handshake(response, handshake.host, handshake.target, kAsTuple);
  stream_.set_option(websocket::stream_base::decorator([](websocket::request_type&) {}));
  const int status = static_cast<int>(response.result_int());
  if (error == websocket::error::upgrade_declined) {
    co_return std::unexpected(Refused{status, "the server answered " + std::to_string(status)});
  }
  if (error) co_return std::unexpected(Refused{0, error.message()});
  opened();
  co_return std::expected<void, Refused>();
}

template <class Stream>
void WebSocketImpl<Stream>::opened() {
  heard();
  watch();
}

// The next message, without the rest of what an idle connection need not hold.
template <class Stream>
Task<beast::error_code> WebSocketImpl<Stream>::read_message(std::string& message) {
  do {
    const auto size = message.size();
    // A close throws away what is left of the message; nothing is known of its size then.
    message.resize(size + (closing_ ? kFirstPiece : stream_.read_size_hint(kFirstPiece)));
    const auto space = asio::buffer(message.data() + size, message.size() - size);
    const auto [error, count] = co_await stream_.async_read_some(space, kAsTuple);
    message.resize(size + count);
    if (error) co_return error;
    heard();
  } while (!stream_.is_message_done());
  co_return beast::error_code();
}

template <class Stream>
Task<std::expected<std::string, WebSocketEnd>> WebSocketImpl<Stream>::receive() {
  const auto self = this->shared_from_this();
  while (!closed_) {
    std::string message;
    const auto error = co_await read_message(message);
    if (error) {
      end(end_by(error));
    } else if (closing_) {
      continue;  // what arrives until the other side answers the close frame has come too late
    } else if (!stream_.got_text()) {
      end_.reason = "a binary message, where only text is understood";
      close(1003, "text only");
    } else {
      co_return message;
    }
  }
  co_return Result(std::unexpect, end_);
}

template <class Stream>
bool WebSocketImpl<Stream>::send(std::shared_ptr<const std::string> message) {
  if (closed_ || closing_ || close_by_) return false;
  unsent_ += message->size();
  queue_.push_back(std::move(message));
  if (unsent_ + queue_.size() * kPerMessage > kMostUnsent) {
    end({"the other side is too slow: more than " + std::to_string(kMostUnsent) + " bytes wait to be sent"});
    return false;
  }
  if (!writing_) write_next();
  return true;
}

template <class Stream>
void WebSocketImpl<Stream>::write_next() {
  writing_ = true;
  const auto message = queue_.front();
  stream_.async_write(asio::buffer(*message),
                      [self = this->shared_from_this(), message](beast::error_code error, std::size_t) {
                        self->writing_ = false;
                        self->unsent_ -= message->size();
                        self->queue_.pop_front();
                        if (error || self->closed_) return;  // the reader learns of it, and says why
                        if (!self->queue_.empty()) {
                          self->write_next();
                        } else if (self->closing_) {
                          self->start_close();
                        }
                      });
}

template <class Stream>
void WebSocketImpl<Stream>::close(std::uint16_t code, std::string_view reason) {
  if (closed_ || closing_) return;
  closing_.emplace(static_cast<websocket::close_code>(code), cut_to_fit(reason));
  if (end_.reason.empty()) end_.reason = "closed here: " + std::to_string(code) + " " + std::string(reason);
  limit_closing();
  if (!writing_) start_close();
}

template <class Stream>
void WebSocketImpl<Stream>::start_close() {
  stream_.async_close(*closing_, [self = this->shared_from_this()](beast::error_code) { self->end(self->end_); });
}

template <class Stream>
void WebSocketImpl<Stream>::abort() {
  end({"closed here"});
}

// From here on everything fails. What is under way completes with an error and gives up its hold on this object.
template <class Stream>
void WebSocketImpl<Stream>::end(WebSocketEnd why) {
  if (closed_) return;
  closed_ = true;
  if (end_.reason.empty()) end_ = std::move(why);
  timer_.cancel();
  beast::error_code ignored;
  beast::get_lowest_layer(stream_).close(ignored);
}

template <class Stream>
void WebSocketImpl<Stream>::limit_closing() {
  if (close_by_ || closed_) return;
  close_by_ = Steady::now() + kCloseLimit;
  watch();
}

// One timer for both limits. It is not set anew for each frame: when it fires, it looks how long the silence has been.
template <class Stream>
void WebSocketImpl<Stream>::watch() {
  timer_.expires_at(close_by_.value_or(heard_ + limits_.silence));
  timer_.async_wait([weak = this->weak_from_this()](beast::error_code error) {
    const auto self = weak.lock();
    if (self && !error && !self->closed_) self->on_timer();
  });
}

template <class Stream>
void WebSocketImpl<Stream>::on_timer() {
  const auto now = Steady::now();
  if (close_by_ && now >= *close_by_) {
    end({"the other side did not close"});
  } else if (!close_by_ && now >= heard_ + limits_.silence) {
    end({"nothing heard for " + std::to_string(limits_.silence.count()) + " s"});
  } else {
    watch();
  }
}

template <class Stream>
WebSocketEnd WebSocketImpl<Stream>::end_by(const beast::error_code& error) const {
  if (error == websocket::error::closed) {
    const auto& reason = stream_.reason();
    const std::string text(reason.reason.data(), reason.reason.size());
    return {"closed by the other side: " + std::to_string(reason.code) + (text.empty() ? "" : " " + text), reason.code};
  }
  if (error == websocket::error::message_too_big) {
    return {"message larger than " + std::to_string(limits_.max_message) + " bytes"};
  }
  if (error == websocket::error::bad_frame_payload) return {"message that is not UTF-8"};
  return {"connection lost: " + error.message()};
}

}  // namespace holdfast::http
