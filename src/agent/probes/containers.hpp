#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/report.hpp"

// What Docker and Podman say of containers, in the API that both speak.
namespace holdfast::agent {

struct Container {
  std::string id;  // fit for a URL
  core::ContainerReport report;

  bool operator==(const Container&) const = default;
};

// Of GET /containers/json?all=true; nothing when it is no list.
std::optional<std::vector<Container>> parse_containers(std::string_view json);
// Adds what GET /containers/{id}/json and GET /containers/{id}/stats tell of one.
void add_inspection(core::ContainerReport& container, std::string_view json);
void add_statistics(core::ContainerReport& container, std::string_view json);

core::ContainersReport summarise(const std::vector<Container>& containers);

}  // namespace holdfast::agent
