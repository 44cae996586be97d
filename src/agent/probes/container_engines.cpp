#include "probes/container_engines.hpp"

#include <algorithm>
#include <system_error>

#include "http/local_client.hpp"
#include "probes/lanes.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostAnswer = 4 * 1024 * 1024;
constexpr std::size_t kLanes = 4;

bool is_in_trouble(const core::ContainerReport& container) {
  return container.health == "unhealthy" || container.state == "restarting";
}

}  // namespace

std::vector<fs::path> find_sockets(const std::vector<fs::path>& candidates) {
  std::vector<fs::path> found;
  for (const fs::path& candidate : candidates) {
    std::error_code failed;
    fs::path socket = fs::canonical(candidate, failed);
    if (failed || !fs::is_socket(socket, failed)) continue;
    if (std::ranges::find(found, socket) == found.end()) found.push_back(std::move(socket));
  }
  return found;
}

runtime::Task<std::optional<core::ContainersReport>> ContainerEngines::look(Depth depth) const {
  std::vector<Container> all;
  bool answered = false;
  for (const fs::path& socket : find_sockets(options_.sockets)) {
    auto containers = co_await list(socket);
    if (!containers) continue;
    answered = true;
    co_await add_details(socket, *containers, depth);
    std::ranges::move(*containers, std::back_inserter(all));
  }
  if (!answered) co_return std::nullopt;
  co_return summarise(all);
}

runtime::Task<std::string> ContainerEngines::get(const fs::path& socket, std::string target) const {
  // Without a version in the path the engine answers in its own.
  auto response = co_await http::get_over_socket(loop_, socket, std::move(target), options_.time_limit, kMostAnswer);
  if (!response || response->status != 200) co_return std::string();
  co_return std::move(response->body);
}

runtime::Task<ContainerEngines::Containers> ContainerEngines::list(fs::path socket) const {
  const std::string json = co_await get(socket, "/containers/json?all=true");
  co_return parse_containers(json);
}

runtime::Task<> ContainerEngines::add_details(const fs::path& socket, std::vector<Container>& containers,
                                              Depth depth) const {
  const std::function<runtime::Task<>(std::size_t)> step = [&](std::size_t i) {
    return add_details_of(socket, containers[i], depth);
  };
  co_await run_in_lanes(loop_, kLanes, containers.size(), options_.details_limit, step);
}

// An inspection costs the engine little, statistics take it a second.
runtime::Task<> ContainerEngines::add_details_of(const fs::path& socket, Container& container, Depth depth) const {
  if (is_in_trouble(container.report)) {
    const std::string json = co_await get(socket, "/containers/" + container.id + "/json");
    add_inspection(container.report, json);
  }
  if (depth == Depth::Full && container.report.state == "running") {
    const std::string json = co_await get(socket, "/containers/" + container.id + "/stats?stream=false");
    add_statistics(container.report, json);
  }
}

}  // namespace holdfast::agent
