#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "http/server/server.hpp"
#include "protocol/agent/messages.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::agent::test {

// A hub as the protocol wants it, with an own will: it stores messages by job and sequence, acknowledges, and can be
// told to break connections, to refuse the agent, and to forget jobs.
class TestHub {
 public:
  explicit TestHub(runtime::Loop& loop);

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  runtime::Task<> stop() { return server_.stop(std::chrono::milliseconds(0)); }

  // What the hub has of one job.
  struct Job {
    std::uint64_t last_sequence = 0;
    std::vector<core::LogLine> lines;
    std::vector<std::string> waiting;
    int starts = 0;
    int progressed = 0;
    std::optional<core::JobResult> result;
    bool running() const { return starts > 0 && !result; }
  };
  const Job& job(const core::JobId& id) { return jobs_[id]; }
  // Has the hub know a job up to a sequence.
  void know(const core::JobId& id, std::uint64_t sequence) { jobs_[id].last_sequence = sequence; }
  // Returns when `reached` holds; it is asked again after each message.
  runtime::Task<> until(std::function<bool()> reached);
  runtime::Task<> until_finished(core::JobId id);

  // Sends to the agent when it is connected.
  void send(const protocol::HubMessage& message);
  // Makes a job: the command is sent after each welcome until the agent has said something of it.
  void run(const protocol::CommandRun& command);
  void hang_up(std::uint16_t code, std::string_view reason);

  std::string bearer = "first bearer";           // the one that is accepted
  std::string rotated_bearer = "second bearer";  // what a rotation gives
  std::optional<int> drop_after;                 // job messages of one connection, then it breaks without an answer
  bool acknowledges = true;
  bool answers_heartbeats = true;
  bool takes_reports = true;
  bool acknowledges_reports = true;
  bool takes_fires = true;  // acknowledges them; the commands are the test's
  std::function<void(const protocol::ScheduleFire&)> on_fire = [](const protocol::ScheduleFire&) {};
  bool accepts_connections = true;  // else 503
  int max_version = protocol::kVersion;
  int version = protocol::kVersion;  // what it says of itself
  std::set<core::JobId> forgotten;

  // What was seen.
  int connections = 0;
  int refused = 0;
  int heartbeats = 0;
  std::vector<std::string> faults;  // bad messages, gaps
  std::string last_result;          // the job.finished as it came
  std::optional<protocol::Hello> hello;
  std::vector<protocol::ReportSend> reports;  // as they came
  std::vector<protocol::RepositoryChecked> checked;
  std::uint64_t schedule_version = 0;         // acknowledged
  std::vector<protocol::ScheduleFire> fires;  // as they came, in hellos too
  bool connected() const { return socket_ != nullptr; }

 private:
  runtime::Task<http::WebSocketResponse> connect(http::Request& request);
  runtime::Task<http::Response> rotate(http::Request& request);
  runtime::Task<> serve(http::WebSocket& socket);
  void handle(http::WebSocket& socket, const std::string& text);
  void on(http::WebSocket& socket, const protocol::Hello& message);
  void on(http::WebSocket& socket, const protocol::Heartbeat& message);
  void on(http::WebSocket& socket, const protocol::ReportSend& message);
  void on(http::WebSocket&, const protocol::RepositoryChecked& message) { checked.push_back(message); }
  void on(http::WebSocket&, const protocol::ScheduleAck& message) { schedule_version = message.version; }
  void on(http::WebSocket& socket, const protocol::ScheduleFire& message);
  template <class Message>
  void on(http::WebSocket& socket, const Message& message);
  void store(Job& job, const protocol::JobWaiting& message) { job.waiting.push_back(message.reason); }
  void store(Job& job, const protocol::JobStarted&) { ++job.starts; }
  void store(Job& job, const protocol::JobProgressed&) { ++job.progressed; }
  void store(Job& job, const protocol::LogStream& message);
  void store(Job& job, const protocol::JobFinished& message) { job.result = message.result; }

  std::map<core::JobId, Job> jobs_;
  std::map<core::JobId, protocol::CommandRun> commands_;
  int messages_ = 0;  // of jobs, on this connection
  http::WebSocket* socket_ = nullptr;
  runtime::Signal changed_;
  http::Router router_;
  http::Server server_;
};

inline TestHub::TestHub(runtime::Loop& loop) : changed_(loop), server_(loop, router_, http::ServerOptions()) {
  router_.add_websocket("/ws/agent", [this](http::Request& request) { return connect(request); });
  router_.add("POST", "/api/v1/agent/rotate", [this](http::Request& request) { return rotate(request); });
  server_.start();
}

inline runtime::Task<> TestHub::until(std::function<bool()> reached) {
  while (!reached()) co_await changed_.wait();
}

inline runtime::Task<> TestHub::until_finished(core::JobId id) {
  while (!jobs_[id].result) co_await changed_.wait();
}

inline void TestHub::send(const protocol::HubMessage& message) {
  if (socket_) socket_->send(protocol::encode(message));
}

inline void TestHub::run(const protocol::CommandRun& command) {
  commands_[command.job] = command;
  send(command);
}

inline void TestHub::hang_up(std::uint16_t code, std::string_view reason) {
  if (socket_) socket_->close(code, reason);
}

inline runtime::Task<http::WebSocketResponse> TestHub::connect(http::Request& request) {
  http::WebSocketResponse response;
  const std::string_view given = request.headers.get("Authorization");
  const bool known = given == "Bearer " + bearer || (!rotated_bearer.empty() && given == "Bearer " + rotated_bearer);
  response.head.status = !accepts_connections ? 503 : known ? 101 : 401;
  if (response.head.status != 101) {
    ++refused;
    changed_.notify_all();
    co_return response;
  }
  if (given == "Bearer " + rotated_bearer) bearer = rotated_bearer;
  response.run = [this](http::WebSocket& socket) { return serve(socket); };
  co_return response;
}

inline runtime::Task<http::Response> TestHub::rotate(http::Request& request) {
  const bool known = request.headers.get("Authorization") == "Bearer " + bearer;
  std::string body = known ? "{\"bearer\":\"" + rotated_bearer + "\"}" : "{}";
  co_return http::json_response(known ? 201 : 401, std::move(body));
}

inline runtime::Task<> TestHub::serve(http::WebSocket& socket) {
  ++connections;
  messages_ = 0;
  hello.reset();
  socket_ = &socket;
  for (;;) {
    const auto text = co_await socket.receive();
    if (!text) break;
    handle(socket, *text);
    changed_.notify_all();
  }
  if (socket_ == &socket) socket_ = nullptr;
  changed_.notify_all();
}

inline void TestHub::handle(http::WebSocket& socket, const std::string& text) {
  const auto decoded = protocol::decode_agent_message(text);
  if (!decoded) {
    faults.push_back(decoded.error());
    return socket.close(4000, decoded.error());
  }
  if (std::holds_alternative<protocol::JobFinished>(decoded->message)) last_result = text;
  std::visit([&](const auto& message) { on(socket, message); }, decoded->message);
}

inline void TestHub::on(http::WebSocket& socket, const protocol::Hello& message) {
  if (message.version > max_version) return socket.close(4002, "update the agent");
  hello = message;
  protocol::Welcome welcome{core::HostId("01J00000000000000000000H0S"), "web-1", {}, {}, takes_reports};
  welcome.version = version;
  for (const auto& position : message.jobs) {
    if (forgotten.contains(position.job))
      welcome.unknown_jobs.push_back(position.job);
    else
      welcome.jobs.push_back({position.job, jobs_[position.job].last_sequence});
  }
  socket.send(protocol::encode(protocol::HubMessage(welcome)));
  for (const auto& fire : message.fires) on(socket, fire);
  for (const auto& [id, command] : commands_) {
    if (jobs_[id].last_sequence == 0 && !forgotten.contains(id))
      socket.send(protocol::encode(protocol::HubMessage(command)));
  }
}

inline void TestHub::on(http::WebSocket& socket, const protocol::Heartbeat& message) {
  ++heartbeats;
  if (answers_heartbeats) socket.send(protocol::encode(protocol::HubMessage(protocol::HeartbeatAck{message.time})));
}

inline void TestHub::on(http::WebSocket& socket, const protocol::ReportSend& message) {
  if (!takes_reports) faults.push_back("a report that nobody asked for");
  reports.push_back(message);
  if (acknowledges_reports) socket.send(protocol::encode(protocol::HubMessage(protocol::ReportAck{message.id})));
}

inline void TestHub::on(http::WebSocket& socket, const protocol::ScheduleFire& message) {
  fires.push_back(message);
  if (!takes_fires) return;
  socket.send(protocol::encode(protocol::HubMessage(protocol::ScheduleFired{message.schedule, message.at})));
  on_fire(message);
}

template <class Message>
void TestHub::on(http::WebSocket& socket, const Message& message) {
  if (drop_after && messages_++ == *drop_after) return socket.close(1001, "going away");
  std::uint64_t first = 0, last = 0;
  if constexpr (requires { message.lines; }) {
    first = message.lines.front().sequence;
    last = message.lines.back().sequence;
  } else {
    first = last = message.sequence;
  }
  Job& job = jobs_[message.job];
  if (forgotten.contains(message.job)) faults.push_back("a message of a forgotten job");
  if (first > job.last_sequence + 1) {
    faults.push_back("gap: " + std::to_string(first) + " after " + std::to_string(job.last_sequence));
    return socket.close(4000, faults.back());
  }
  if (last > job.last_sequence) {
    store(job, message);
    job.last_sequence = last;
  }
  if (acknowledges)
    socket.send(protocol::encode(protocol::HubMessage(protocol::JobAck{message.job, job.last_sequence})));
}

inline void TestHub::store(Job& job, const protocol::LogStream& message) {
  for (const core::LogLine& line : message.lines) {
    if (line.sequence > job.last_sequence) job.lines.push_back(line);
  }
}

}  // namespace holdfast::agent::test
