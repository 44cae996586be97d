#include "connection/connection.hpp"

#include <boost/json.hpp>
#include <boost/system/system_error.hpp>

#include "enrolment/hub_api.hpp"
#include "reports/host_facts.hpp"
#include "runtime/log/log.hpp"

// One task dials and holds the connection for ever; the heartbeat, the senders, a rotation and checks of
// repositories are tasks of their own, which find the connection in `socket_`, or none. Whatever ends a connection,
// the guard in hold() takes it away from all of them. What was sent on one connection counts for nothing on the
// next: there the hub's welcome says where each job stands.
namespace holdfast::agent {
namespace {

namespace log = runtime::log;

constexpr std::string_view kRefusedBearer =
    "The hub does not accept this agent any more: its token was revoked or its host removed. Enrol this machine again "
    "with "
    "holdfast-agent enroll";

constexpr std::string_view kTwin =
    "Another agent signed in with this machine's identity and took over: was this machine cloned? Enrol one of the two "
    "again with holdfast-agent enroll. Until then both connect seldom";

// What takes the headers of an upgrade away, or signs people in first, answers in the hub's place.
std::string advice(int status) {
  const bool by_other =
      (status >= 300 && status < 400) || status == 200 || status == 400 || status == 404 || status == 426;
  if (!by_other) return "";
  return "; a proxy in front of the hub must pass /ws/agent on with the headers Upgrade and Connection, and ask nobody "
         "to sign in there";
}

void log_rotation_failure(std::string_view reason) {
  log::error("agent.rotation_failed", "The agent token could not be rotated", {{"reason", reason}});
}

void log_failure(const std::exception& error) {
  log::error("agent.connection_failed", "The connection to the hub failed", {{"reason", error.what()}});
}

}  // namespace

Connection::Connection(runtime::Loop& loop, const runtime::Clock& clock, Identity identity, Ledgers& ledgers,
                       JobRunner& runner, Scheduler& scheduler, restic::Installation restic, ConnectionOptions options)
    : loop_(loop),
      clock_(clock),
      ledger_(ledgers.jobs),
      reports_(ledgers.reports),
      runner_(runner),
      scheduler_(scheduler),
      restic_(std::move(restic)),
      options_(std::move(options)),
      identity_(std::move(identity)),
      backoff_(options_.first_delay, options_.longest_delay),
      sender_(ledgers.jobs),
      report_sender_(ledgers.reports),
      checker_(loop, restic_, options_.rclone),
      ended_(loop),
      tasks_(loop) {}

void Connection::start() {
  tasks_.spawn("connection", [this] { return dial_for_ever(); });
  tasks_.spawn("heartbeat", [this] { return beat_for_ever(); });
  tasks_.spawn("sender", [this] { return sender_.run(); });
  tasks_.spawn("report sender", [this] { return report_sender_.run(); });
}

runtime::Task<> Connection::dial_for_ever() {
  while (!stopping_) {
    Ending ending = Ending::Lost;
    try {
      ending = co_await dial();
    } catch (const boost::system::system_error& error) {
      if (error.code() == boost::asio::error::operation_aborted) throw;
      log_failure(error);
    } catch (const std::exception& error) {
      log_failure(error);
    }
    if (!stopping_) co_await pause(ending);
  }
  has_ended_ = true;
  ended_.notify_all();
}

// Also after a rotation: a hub that asks for one at each welcome must not be dialled without a pause.
runtime::Task<> Connection::pause(Ending ending) {
  const bool needs_person = ending == Ending::Refused || ending == Ending::Twin;
  co_await runtime::sleep_for(needs_person ? options_.refused_delay + backoff_.next() : backoff_.next());
}

runtime::Task<Connection::Ending> Connection::dial() {
  protocol::Hello hello = co_await make_hello();
  http::Headers headers;
  headers.add("Authorization", "Bearer " + identity_.bearer);
  http::WebSocketLimits limits;
  limits.max_message = protocol::kMaxSetBytes;
  limits.silence = options_.silence;
  std::string url = identity_.hub_url + "/ws/agent";
  auto socket = co_await http::connect_websocket(loop_, std::move(url), std::move(headers), limits, options_.http);
  if (!socket && socket.error().status == 401) {
    log::error("agent.refused", kRefusedBearer, {{"hub", identity_.hub_url}});
    scheduler_.refused();
    co_return Ending::Refused;
  }
  if (!socket) {
    log::warning("agent.unconnected", "No connection to the hub",
                 {{"hub", identity_.hub_url}, {"reason", socket.error().message + advice(socket.error().status)}});
    co_return Ending::Lost;
  }
  hello.time = clock_.now();
  hello.jobs = ledger_.positions();
  scheduler_.fill(hello);
  (*socket)->send(protocol::encode(protocol::AgentMessage(std::move(hello))));
  co_return co_await hold(**socket);
}

runtime::Task<Connection::Ending> Connection::hold(http::WebSocket& socket) {
  struct Guard {
    Connection& connection;
    ~Guard() {
      if (connection.welcomed_) connection.backoff_.lasted(connection.clock_.steady() - connection.welcomed_at_);
      connection.socket_ = nullptr;
      connection.sender_.end();
      connection.report_sender_.end();
      connection.runner_.set_hub_listens(false);
      connection.scheduler_.end();
    }
  };
  socket_ = &socket;
  welcomed_ = rotated_ = false;
  const Guard guard{*this};
  const auto end = co_await receive_for_ever(socket);
  log::info("agent.disconnected", "Connection to the hub ended", {{"hub", identity_.hub_url}, {"reason", end.reason}});
  co_return ending_of(static_cast<protocol::CloseCode>(end.code));
}

Connection::Ending Connection::ending_of(protocol::CloseCode code) {
  if (rotated_) return Ending::Rotated;
  if (code == protocol::CloseCode::Version_too_old) {
    log::error("agent.refused", "The hub does not speak with this version of the agent any more: update it",
               {{"version", agent_version()}});
    return Ending::Refused;
  }
  if (code == protocol::CloseCode::Replaced) {
    log::error("agent.twin", kTwin, {{"hub", identity_.hub_url}});
    scheduler_.refused();
    return Ending::Twin;
  }
  if (code == protocol::CloseCode::Revoked) {
    log::error("agent.refused", kRefusedBearer, {{"hub", identity_.hub_url}});
    scheduler_.refused();
    return Ending::Refused;
  }
  return Ending::Lost;
}

runtime::Task<http::WebSocketEnd> Connection::receive_for_ever(http::WebSocket& socket) {
  for (;;) {
    const auto text = co_await socket.receive();
    if (!text) co_return text.error();
    handle(socket, *text);
  }
}

void Connection::handle(http::WebSocket& socket, const std::string& text) {
  const auto decoded = protocol::decode_hub_message(text);
  std::string fault = decoded ? "" : decoded.error();
  if (decoded && !welcomed_ && !std::holds_alternative<protocol::Welcome>(decoded->message)) {
    fault = "the first message was no welcome";
  }
  if (!fault.empty()) return socket.close(static_cast<std::uint16_t>(protocol::CloseCode::Bad_message), fault);
  try {
    std::visit([this](const auto& message) { on(message); }, decoded->message);
  } catch (const std::exception& error) {
    log_failure(error);
    socket.close(1011, "the agent failed");
  }
}

void Connection::on(const protocol::Welcome& message) {
  welcomed_ = true;
  welcomed_at_ = clock_.steady();
  restic_version_.clear();
  log::info("agent.connected", "Connected to the hub",
            {{"hub", identity_.hub_url}, {"host", message.host.text()}, {"name", message.host_name}});
  for (const protocol::JobAck& job : message.jobs) ledger_.acknowledge(job.job, job.sequence);
  for (const core::JobId& job : message.unknown_jobs) runner_.drop(job);
  runner_.set_hub_listens(true);
  hub_version_ = message.version;
  // First: what is due makes jobs known to the hub.
  scheduler_.begin([this](const auto& due) { socket_->send(protocol::encode(due)); }, hub_version_);
  sender_.begin(*socket_, hub_version_);
  if (message.reports) report_sender_.begin(*socket_);
}

void Connection::on(const protocol::CommandRun& message) {
  const auto refused = runner_.accept(message);
  if (refused || ledger_.find(message.job)) scheduler_.begun(message.job);
  if (refused) socket_->send(protocol::encode(protocol::AgentMessage(*refused), {}, hub_version_));
}

void Connection::on(const protocol::CommandCancel& message) {
  runner_.cancel(message.job);
  scheduler_.cancelled(message.job);
}

void Connection::on(const protocol::RepositoryCheck& message) {
  tasks_.spawn("check of a repository", [this, message] { return check_repository(message); });
}

// The hub takes the answer on a later connection, too.
runtime::Task<> Connection::check_repository(protocol::RepositoryCheck wanted) {
  protocol::AgentMessage answer = co_await checker_.check(std::move(wanted));
  if (socket_ && welcomed_) socket_->send(protocol::encode(answer));
}

void Connection::on(const protocol::CredentialsRotate&) {
  if (rotating_) return;
  rotating_ = true;
  tasks_.spawn("rotation of the agent token", [this] { return rotate(); });
}

runtime::Task<> Connection::rotate() {
  std::string problem;
  try {
    co_await try_to_rotate();
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) throw;
    problem = error.what();
  } catch (const std::exception& error) {
    problem = error.what();
  }
  rotating_ = false;
  if (!problem.empty()) log_rotation_failure(problem);
}

runtime::Task<> Connection::try_to_rotate() {
  HubApi api(loop_, identity_.hub_url, options_.http);
  boost::json::object nothing;
  const auto answer = co_await api.post("/api/v1/agent/rotate", std::move(nothing), identity_.bearer);
  std::string bearer = answer ? text_member(*answer, "bearer") : "";
  if (bearer.empty()) {
    log_rotation_failure(answer ? "The hub's answer holds no agent token." : answer.error().message);
    co_return;
  }
  Identity renewed = identity_;
  renewed.bearer = std::move(bearer);
  store_identity(options_.state_directory, renewed);
  identity_ = std::move(renewed);
  log::info("agent.rotated", "The agent has a new agent token");
  rotated_ = true;
  if (socket_) socket_->close(1000, "agent token rotated");
}

runtime::Task<protocol::Hello> Connection::make_hello() {
  if (restic_version_.empty()) {
    const auto version = co_await restic::find_version(loop_, restic_);
    if (version) restic_version_ = version->text();
  }
  HostFacts facts = read_host_facts();
  protocol::Hello hello;
  hello.agent_version = agent_version();
  hello.hostname = std::move(facts.hostname);
  hello.os = std::move(facts.os);
  hello.arch = std::move(facts.arch);
  hello.kernel = std::move(facts.kernel);
  hello.restic_version = restic_version_;
  co_return hello;
}

runtime::Task<> Connection::beat_for_ever() {
  for (;;) {
    co_await runtime::sleep_for(options_.heartbeat);
    if (socket_) socket_->send(protocol::encode(protocol::AgentMessage(protocol::Heartbeat{clock_.now()})));
  }
}

runtime::Task<> Connection::stop() {
  stopping_ = true;
  const auto deadline = clock_.steady() + options_.farewell;
  while (!sender_.idle() && clock_.steady() < deadline)
    co_await ledger_.changed().wait_for(std::chrono::milliseconds(20));
  if (socket_) {
    socket_->close(1000, "agent stops");
    while (!has_ended_ && clock_.steady() < deadline) co_await ended_.wait_for(options_.farewell);
  }
  co_await tasks_.stop();
}

}  // namespace holdfast::agent
