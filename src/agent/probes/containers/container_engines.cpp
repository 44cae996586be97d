#include "probes/containers/container_engines.hpp"

#include <algorithm>
#include <iterator>

#include "http/client/local_client.hpp"
#include "probes/lanes.hpp"
#include "text/utf8.hpp"

// An engine may be slow, hang, or belong to a user who means harm. So every answer has a limit in time and in bytes,
// all engines are asked at the same time, and each is asked for the details of a few containers at a time, up to a
// limit. Those that were left out come first the next time.
namespace holdfast::agent {
namespace {

constexpr std::size_t kMostListed = 16 * 1024 * 1024;
constexpr std::size_t kMostListedOfUser = 4 * 1024 * 1024;  // anybody may be one
constexpr std::size_t kMostDetail = 1024 * 1024;
constexpr std::size_t kLanes = 4;
constexpr auto kForgotten = std::chrono::hours(1);

std::string trouble_with(const EngineSocket& socket, std::string_view what) {
  return "The container engine at " + text::to_valid_utf8(socket.path.string()) + " " + std::string(what);
}

bool runs(const Container& container) {
  return container.report.state == "running";
}

}  // namespace

runtime::Task<EnginesAnswer> ContainerEngines::look(Depth depth) {
  std::vector<EngineSocket> sockets = co_await find_all_sockets();
  std::vector<Listing> engines;
  for (EngineSocket& socket : sockets) engines.push_back({std::move(socket), {}, {}});
  std::vector<runtime::NamedTask> tasks;
  for (Listing& engine : engines)
    tasks.push_back(
        {"engine " + engine.socket.path.string(), [this, &engine, depth] { return look_at(engine, depth); }});
  co_await runtime::run_together(loop_, std::move(tasks));
  forget_gone();
  EnginesAnswer answer;
  std::optional<Containers> all;
  for (Listing& engine : engines) {
    if (!engine.trouble.empty()) answer.troubles.push_back(std::move(engine.trouble));
    if (engine.containers) std::ranges::move(*engine.containers, std::back_inserter(all ? *all : all.emplace()));
  }
  if (all) answer.containers = summarise(*all);
  co_return answer;
}

runtime::Task<std::vector<EngineSocket>> ContainerEngines::find_all_sockets() {
  std::vector<EngineSocket> sockets = find_sockets(options_.sockets);
  std::function<std::vector<EngineSocket>()> find = [paths = options_.paths] { return find_sockets_of_users(paths); };
  const auto of_users = co_await errands_.run("sockets of users", std::move(find), options_.time_limit);
  for (const EngineSocket& socket : of_users.value_or(std::vector<EngineSocket>())) {
    if (std::ranges::find(sockets, socket.path, &EngineSocket::path) == sockets.end()) sockets.push_back(socket);
  }
  co_return sockets;
}

runtime::Task<> ContainerEngines::look_at(Listing& engine, Depth depth) {
  co_await list(engine);
  if (!engine.containers) co_return;
  std::vector<Question> questions = questions_about(engine, depth);
  const std::function<runtime::Task<>(std::size_t)> step = [&](std::size_t i) { return ask(questions[i]); };
  co_await run_in_lanes(loop_, kLanes, questions.size(), options_.details_limit, step);
  const auto now = clock_.steady();
  for (const Question& question : questions) {
    core::ContainerReport& report = question.container.report;
    if (!runs(question.container)) continue;
    if (!engine.tells_health) report.health = question.past.health();
    if (question.past.keeps_restarting(now)) report.state = "restarting";
  }
}

// Without a version in the path the engine answers in its own.
runtime::Task<> ContainerEngines::list(Listing& engine) const {
  const std::size_t most = engine.socket.user.empty() ? kMostListed : kMostListedOfUser;
  const auto response =
      co_await http::get_over_socket(loop_, engine.socket.path, "/containers/json?all=true", options_.time_limit, most);
  using Kind = http::LocalFailure::Kind;
  if (!response && response.error().kind == Kind::NotReached) co_return;
  if (response && response->status == 200) engine.containers = parse_containers(response->body);
  if (!engine.containers) {
    const bool late = !response && response.error().kind == Kind::TooSlow;
    engine.trouble = trouble_with(engine.socket, late ? "does not answer" : "does not list its containers");
    co_return;
  }
  for (Container& container : *engine.containers) container.report.user = engine.socket.user;
  engine.tells_health = std::ranges::any_of(
      *engine.containers, [](const Container& container) { return !container.report.health.empty(); });
}

// Those that were left out the last time come first.
std::vector<ContainerEngines::Question> ContainerEngines::questions_about(Listing& engine, Depth depth) {
  std::multimap<ContainerPast::Moment, Question> by_age;
  for (Container& container : *engine.containers) {
    ContainerPast& past = past_[engine.socket.path.string() + "/" + container.id];
    past.seen = clock_.steady();
    past.note_state(container.report.state, past.seen);
    by_age.emplace(past.asked_for_statistics(), Question{engine, container, past, depth});
  }
  std::vector<Question> questions;
  for (const auto& [age, question] : by_age) questions.push_back(question);
  return questions;
}

runtime::Task<> ContainerEngines::ask(Question& question) const {
  const auto now = clock_.steady();
  const Container& container = question.container;
  const auto trouble = core::trouble_of(container.report);
  const bool is_ill = trouble == core::ContainerTrouble::Unhealthy || trouble == core::ContainerTrouble::Restarting;
  const bool asks_for_health = !question.engine.tells_health && runs(container) && question.past.is_health_due(now);
  if (is_ill || container.is_young || asks_for_health || question.past.restarted_lately(now))
    co_await inspect(question);
  if (question.depth == Depth::Full && runs(container)) co_await measure(question);
}

runtime::Task<> ContainerEngines::inspect(Question& question) const {
  const std::string json = co_await get_detail(question, "/json");
  if (json.empty()) co_return;
  const auto now = clock_.steady();
  Inspection inspection = parse_inspection(json);
  question.container.report.restarts = inspection.restarts;
  question.past.note_restarts(inspection.restarts, now);
  question.past.note_health(std::move(inspection.health), now);
}

// An engine that is to look twice takes a second for it.
runtime::Task<> ContainerEngines::measure(Question& question) const {
  const bool once = question.past.has_statistics();
  const std::string json =
      co_await get_detail(question, once ? "/stats?stream=false&one-shot=true" : "/stats?stream=false");
  const Statistics statistics = parse_statistics(json);
  core::ContainerReport& report = question.container.report;
  report.cpu_percent = question.past.note_statistics(statistics, clock_.steady());
  report.memory_bytes = statistics.memory_bytes;
}

runtime::Task<std::string> ContainerEngines::get_detail(const Question& question, std::string what) const {
  std::string target = "/containers/" + question.container.id + what;
  auto response = co_await http::get_over_socket(loop_, question.engine.socket.path, std::move(target),
                                                 options_.time_limit, kMostDetail);
  if (!response || response->status != 200) co_return std::string();
  co_return std::move(response->body);
}

void ContainerEngines::forget_gone() {
  std::erase_if(past_, [now = clock_.steady()](const auto& entry) { return now - entry.second.seen > kForgotten; });
}

}  // namespace holdfast::agent
