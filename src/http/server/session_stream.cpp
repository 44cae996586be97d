#include <fmt/format.h>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "failure.hpp"
#include "runtime/log/log.hpp"
#include "server/hang_up.hpp"
#include "server/session.hpp"

// A writer waits for something to say and would not notice that its client has gone, so the connection is watched
// beside it, and whichever ends first ends the other.
namespace holdfast::http {
namespace {

// A stream on a session's connection.
class SessionStream final : public Stream {
 public:
  SessionStream(Session& session, Framing framing) : session_(session), framing_(framing) {}

  Task<bool> write(std::string_view bytes) override {
    if (closed_) co_return false;
    if (bytes.empty()) co_return true;  // as a chunk it would be the end
    if (framing_ == Framing::Chunked) {
      const std::string size = fmt::format("{:x}\r\n", bytes.size());
      const Buffers chunk{asio::buffer(size), asio::buffer(bytes), asio::buffer("\r\n", 2)};
      closed_ = !co_await session_.write_all(chunk);
    } else {
      const Buffers raw{asio::buffer(bytes)};
      closed_ = !co_await session_.write_all(raw);
    }
    co_return !closed_;
  }

  // Marks the end; false when the other side will not see it.
  Task<bool> end() {
    if (closed_) co_return false;
    if (framing_ != Framing::Chunked) co_return true;
    const Buffers last{asio::buffer("0\r\n\r\n", 5)};
    co_return co_await session_.write_all(last);
  }

  bool closed() const override { return closed_; }
  void set_closed() { closed_ = true; }

 private:
  Session& session_;
  Framing framing_;
  bool closed_ = false;
};

// How a stream's two halves see each other.
struct Streaming {
  SessionStream stream;
  bool written = false;  // its writer has ended well
};

Task<> write_to(Streaming& streaming, const Answer& answer, const Request& request) {
  std::exception_ptr failure;
  try {
    co_await answer.write(streaming.stream);
  } catch (...) {
    failure = std::current_exception();
  }
  streaming.written = !failure;
  if (!failure || streaming.stream.closed())
    co_return;  // when the client leaves, the writer's wait ends by an exception
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) co_return;
  runtime::log::error("http.stream_failed", "A stream failed",
                      {{"request", request.id}, {"path", request.logged_path()}, {"error", text_of(failure)}});
}

// Ends when the client has gone, which ends the writer.
Task<> watch_client(Streaming& streaming, RequestReader& reader) {
  co_await hung_up(reader);
  if (!streaming.written) streaming.stream.set_closed();
}

}  // namespace

Task<Session::Next> Session::stream(const RequestHead& head, Answer& answer, bool keep) {
  using namespace asio::experimental::awaitable_operators;
  const auto framing = head.http10 ? Framing::Until_close : Framing::Chunked;
  keep = keep && !head.http10;
  const HeadOptions options{.date = state_.date.now(), .framing = framing, .keep_alive = keep, .http10 = head.http10};
  const std::string text = response_head(answer.head, options);
  const Buffers buffers{asio::buffer(text)};
  if (!co_await write_all(buffers)) co_return Next::Gone;
  if (head.request.method == "HEAD") co_return keep ? Next::Keep : Next::Close;

  phase_ = Phase::Streaming;
  Streaming streaming{SessionStream(*this, framing)};
  auto writing = write_to(streaming, answer, head.request);
  auto watching = watch_client(streaming, reader_);
  auto both = std::move(writing) || std::move(watching);
  co_await std::move(both);
  phase_ = Phase::Busy;
  if (!streaming.written || !co_await streaming.stream.end()) co_return Next::Gone;
  co_return keep ? Next::Keep : Next::Close;
}

}  // namespace holdfast::http
