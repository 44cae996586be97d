#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/reports/report.hpp"

// What Docker and Podman say of containers, in the API that both speak.
namespace holdfast::agent {

struct Container {
  std::string id;  // fit for a URL
  core::ContainerReport report;
  bool is_young = false;  // it was started a few minutes ago at most

  bool operator==(const Container&) const = default;
};

// Of GET /containers/json?all=true; nothing when it is no list.
std::optional<std::vector<Container>> parse_containers(std::string_view json);

// Of GET /containers/{id}/json.
struct Inspection {
  std::optional<std::uint64_t> restarts;
  std::string health;  // empty: it has no check

  bool operator==(const Inspection&) const = default;
};
Inspection parse_inspection(std::string_view json);

// Of GET /containers/{id}/stats.
struct Statistics {
  std::optional<std::uint64_t> cpu_nanoseconds;  // since it was started, of all processors together
  std::optional<double> cpu_percent;             // where the engine itself looked twice
  std::optional<std::uint64_t> memory_bytes;

  bool operator==(const Statistics&) const = default;
};
Statistics parse_statistics(std::string_view json);

// Counts them all, and lists so many: those in trouble first.
core::ContainersReport summarise(const std::vector<Container>& containers);

}  // namespace holdfast::agent
