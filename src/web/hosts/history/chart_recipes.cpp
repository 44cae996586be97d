#include "hosts/history/chart_recipes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <utility>

#include "kit/render/filters.hpp"

namespace holdfast::web {
namespace {

using core::RollUp;

std::string percent_text(double percent) {
  return filters::fixed(percent, 0) + "%";
}

std::string count_text(double count) {
  return filters::fixed(count, 0);
}

std::string load_text(double load) {
  return filters::fixed(load, 2);
}

std::string bytes_text(double bytes) {
  return filters::bytes(static_cast<std::uint64_t>(bytes));
}

std::string rate_text(double bytes) {
  return bytes_text(bytes) + "/s";
}

std::optional<double> age_of(const RollUp& point) {
  if (!point.backup_age) return std::nullopt;
  return static_cast<double>(point.backup_age->count());
}

// The two disks that were fullest.
std::vector<std::string> fullest_mounts(const fleet::History& history) {
  std::map<std::string, double> fill;
  for (const auto& point : history.points)
    for (const auto& [mount, percent] : point.disks) fill[mount] = std::max(fill[mount], percent);
  std::vector<std::pair<double, std::string>> sorted;
  for (const auto& [mount, percent] : fill) sorted.emplace_back(-percent, mount);
  std::ranges::sort(sorted);
  std::vector<std::string> mounts;
  for (std::size_t i = 0; i < std::min<std::size_t>(2, sorted.size()); ++i) mounts.push_back(sorted[i].second);
  return mounts;
}

Source disk_source(const std::string& mount) {
  return {mount,
          [mount](const RollUp& point) -> std::optional<double> {
            const auto disk = point.disks.find(mount);
            return disk == point.disks.end() ? std::nullopt : std::optional(disk->second);
          },
          percent_text};
}

using ContainerValue = std::optional<double> core::ContainerUse::*;

Source container_source(const std::string& name, ContainerValue value, std::string (*text)(double)) {
  return {name,
          [name, value](const RollUp& point) -> std::optional<double> {
            const auto use = point.container_use.find(name);
            return use == point.container_use.end() ? std::nullopt : use->second.*value;
          },
          text};
}

// The one that is asked for, or else the two that used most.
std::vector<Source> container_sources(const fleet::History& history, const std::string& container, ContainerValue value,
                                      std::string (*text)(double)) {
  if (!container.empty()) return {container_source(container, value, text)};
  std::map<std::string, double> most;
  for (const auto& point : history.points)
    for (const auto& [name, use] : point.container_use) most[name] = std::max(most[name], (use.*value).value_or(0));
  std::vector<std::pair<double, std::string>> sorted;
  for (const auto& [name, highest] : most) sorted.emplace_back(-highest, name);
  std::ranges::sort(sorted);
  std::vector<Source> sources;
  for (std::size_t i = 0; i < std::min<std::size_t>(2, sorted.size()); ++i)
    sources.push_back(container_source(sorted[i].second, value, text));
  return sources;
}

void add_input_and_output(std::vector<Recipe>& recipes) {
  recipes.push_back({"Network",
                     {{"received", &RollUp::network_received, rate_text}, {"sent", &RollUp::network_sent, rate_text}},
                     0,
                     1024,
                     round_up_bytes});
  recipes.push_back({"Disk I/O",
                     {{"read", &RollUp::disk_read, rate_text}, {"written", &RollUp::disk_written, rate_text}},
                     0,
                     1024,
                     round_up_bytes});
}

void add_containers(std::vector<Recipe>& recipes, const fleet::History& history, const std::string& container) {
  using core::ContainerUse;
  const auto title = [](std::string_view what, const std::vector<Source>& sources) {
    return sources.size() == 1 ? fmt::format("{} of {}", what, sources.front().name)
                               : fmt::format("{} of containers", what);
  };
  auto cpu = container_sources(history, container, &ContainerUse::cpu_mean, percent_text);
  auto cpu_title = title("CPU", cpu);
  if (!cpu.empty()) recipes.push_back({std::move(cpu_title), std::move(cpu), 0, 10});
  auto memory = container_sources(history, container, &ContainerUse::memory_max, bytes_text);
  auto memory_title = title("Memory", memory);
  if (!memory.empty()) recipes.push_back({std::move(memory_title), std::move(memory), 0, 1024 * 1024, round_up_bytes});
}

}  // namespace

double round_up_count(double most) {
  const double magnitude = std::pow(10, std::floor(std::log10(most)));
  for (const double step : {1.0, 2.0, 4.0, 5.0, 10.0})
    if (most <= step * magnitude) return step * magnitude;
  return most;
}

double round_up_bytes(double most) {
  double unit = 1;
  while (most > 1000 * unit) unit *= 1024;
  const double count = round_up_count(most / unit);
  return (count < 1000 ? count : 1024) * unit;  // not 0.98 of the next
}

std::string age_text(double seconds) {
  return filters::duration(std::chrono::seconds(std::llround(seconds)));
}

std::vector<Recipe> recipes_for(const fleet::History& history, const std::string& container) {
  const bool rolled_up = history.step != fleet::HistoryStep::Raw;
  std::vector<Recipe> recipes;
  recipes.push_back({"CPU", {{"busy", &RollUp::cpu_mean, percent_text}}, 100});
  if (rolled_up) recipes.back().sources.push_back({"highest", &RollUp::cpu_max, percent_text});
  recipes.push_back(
      {"Memory", {{"used", &RollUp::memory_mean, percent_text}, {"swap", &RollUp::swap_max, percent_text}}, 100});
  recipes.push_back({"Disks", {}, 100});
  for (const auto& mount : fullest_mounts(history)) recipes.back().sources.push_back(disk_source(mount));
  if (recipes.back().sources.empty()) recipes.back().sources.push_back({"fullest", &RollUp::disk_max, percent_text});
  recipes.push_back(
      {"Containers",
       {{"running", &RollUp::containers_running, count_text}, {"all", &RollUp::containers_total, count_text}},
       0,
       2});
  recipes.push_back({"Backup age", {{"age", age_of, age_text}}, 0, 0});
  recipes.push_back({"Load", {{"load", &RollUp::load_mean, load_text}}, 0, 1});
  add_input_and_output(recipes);
  add_containers(recipes, history, container);
  return recipes;
}

}  // namespace holdfast::web
