#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <vector>

#include "core/report.hpp"
#include "probes/containers.hpp"
#include "probes/depth.hpp"
#include "runtime/task.hpp"

namespace holdfast::agent {

// Asks the container engines of a host over their sockets. Lives on the loop's thread.
class ContainerEngines {
 public:
  struct Options {
    std::vector<std::filesystem::path> sockets{"/run/docker.sock", "/run/podman/podman.sock"};  // where they may be
    std::chrono::milliseconds time_limit{5'000};                                                // for one answer
    std::chrono::milliseconds details_limit{8'000};  // details that are not asked for by then are left out
  };

  ContainerEngines(runtime::Loop& loop, Options options) : loop_(loop), options_(std::move(options)) {}

  // The containers of all engines together; nothing where there is no engine, or none answers.
  runtime::Task<std::optional<core::ContainersReport>> look(Depth depth) const;

 private:
  using Containers = std::optional<std::vector<Container>>;

  runtime::Task<Containers> list(std::filesystem::path socket) const;
  runtime::Task<> add_details(const std::filesystem::path& socket, std::vector<Container>& containers,
                              Depth depth) const;
  runtime::Task<> add_details_of(const std::filesystem::path& socket, Container& container, Depth depth) const;
  runtime::Task<std::string> get(const std::filesystem::path& socket, std::string target) const;

  runtime::Loop& loop_;
  Options options_;
};

// Those of Docker and Podman that are there, an engine with two names once.
std::vector<std::filesystem::path> find_sockets(const std::vector<std::filesystem::path>& candidates);

}  // namespace holdfast::agent
