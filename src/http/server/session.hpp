#pragma once

#include <memory>
#include <optional>
#include <string>

#include "server/request_reader.hpp"
#include "server/server_state.hpp"

namespace holdfast::http {

// One HTTP connection: reads a request, has it answered, writes the answer, and again.
class Session final : public Connection {
 public:
  Session(ServerState& state, std::unique_ptr<Transport> transport, std::string peer);

  Task<> run();

  void stop() override;
  void abort() override { transport_->abort(); }
  void check_deadline(Steady::time_point now) override;

  // Writes all of it; false when the other side has gone or takes nothing for 30 s.
  Task<bool> write_all(Buffers buffers);

 private:
  enum class Phase { Idle, Busy, Streaming };
  enum class Next { Keep, Close, Gone };

  Task<Next> serve_one();
  Task<Next> serve(RequestHead& head);
  // A refusal without the middlewares; what may be left of the request is not read.
  Task<Next> refuse(RequestHead& head, int status);
  // Lets the route refuse a request before its body is read.
  Task<> check_before_body(Request& request, Match& match);
  // The error is the status to refuse with, or 0 when the other side has gone.
  Task<std::expected<void, int>> read_body(Request& request, const RouteOptions& options);
  Task<bool> invite_body();  // "100 Continue"
  // What the handler answers; nothing when the client hung up before and the route has no need to go on.
  Task<std::optional<Answer>> answer(Request& request, const Match& match);
  Task<Next> reply(const RequestHead& head, Answer& answer);
  Task<Next> send(const RequestHead& head, const Response& response, bool keep);
  Task<Next> stream(const RequestHead& head, Answer& answer, bool keep);
  Task<> upgrade(const Request& request, Answer& answer);
  void enter(Phase phase, Steady::duration limit);

  ServerState& state_;
  std::unique_ptr<Transport> transport_;
  std::string peer_;
  RequestReader reader_;
  Phase phase_ = Phase::Busy;
  Steady::time_point deadline_ = Steady::time_point::max();
};

}  // namespace holdfast::http
