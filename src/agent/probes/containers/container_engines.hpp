#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/reports/report.hpp"
#include "probes/containers/container_past.hpp"
#include "probes/containers/containers.hpp"
#include "probes/containers/engine_sockets.hpp"
#include "probes/depth.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/errands.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::agent {

// What all container engines of a host said.
struct EnginesAnswer {
  std::optional<core::ContainersReport> containers;  // nothing where there is no engine, or none answers
  std::vector<std::string> troubles;                 // "The container engine at /run/docker.sock does not answer"
};

// Asks the container engines of a host over their sockets, all at the same time. Lives on the loop's thread.
class ContainerEngines {
 public:
  struct Options {
    HostPaths paths;                                                                            // for those of users
    std::vector<std::filesystem::path> sockets{"/run/docker.sock", "/run/podman/podman.sock"};  // where they may be
    std::chrono::milliseconds time_limit{5'000};                                                // for one answer
    std::chrono::milliseconds details_limit{8'000};  // details that are not asked for by then are left out
  };

  ContainerEngines(runtime::Loop& loop, const runtime::Clock& clock, Options options)
      : loop_(loop), clock_(clock), options_(std::move(options)), errands_(loop) {}

  // One at a time.
  runtime::Task<EnginesAnswer> look(Depth depth);

 private:
  using Containers = std::vector<Container>;
  struct Listing {
    EngineSocket socket;
    std::optional<Containers> containers;
    std::string trouble;
    bool tells_health = false;
  };
  struct Question {
    const Listing& engine;
    Container& container;
    ContainerPast& past;
    Depth depth;
  };

  runtime::Task<std::vector<EngineSocket>> find_all_sockets();
  runtime::Task<> look_at(Listing& engine, Depth depth);
  runtime::Task<> list(Listing& engine) const;
  std::vector<Question> questions_about(Listing& engine, Depth depth);
  runtime::Task<> ask(Question& question) const;
  runtime::Task<> inspect(Question& question) const;
  runtime::Task<> measure(Question& question) const;
  // Empty when there is no answer.
  runtime::Task<std::string> get_detail(const Question& question, std::string what) const;
  void forget_gone();

  // Constant after construction.
  runtime::Loop& loop_;
  const runtime::Clock& clock_;
  Options options_;

  std::map<std::string, ContainerPast> past_;  // by engine and id
  runtime::Errands errands_;
};

}  // namespace holdfast::agent
