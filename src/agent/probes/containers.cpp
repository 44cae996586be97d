#include "probes/containers.hpp"

#include <algorithm>

#include "probes/json_members.hpp"
#include "probes/kernel_text.hpp"

namespace holdfast::agent {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostItems = 500;  // of which details are reported; all are counted
constexpr std::uint64_t kMostProcessors = 8192;

bool is_id(std::string_view text) {
  constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";
  return !text.empty() && text.size() <= 128 && text.find_first_not_of(kLetters) == std::string_view::npos;
}

std::string first_name(const json::value& item) {
  const json::value* names = find_member(item, {"Names"});
  const json::array* list = names ? names->if_array() : nullptr;
  const json::string* name = list && !list->empty() ? list->front().if_string() : nullptr;
  if (!name) return {};
  const std::string_view text = *name;
  return std::string(text.starts_with('/') ? text.substr(1) : text);
}

// Docker before 29 tells of health only in the sentence for people: "Up 3 hours (unhealthy)".
std::string health_in(std::string_view sentence) {
  if (sentence.ends_with("(healthy)")) return "healthy";
  if (sentence.ends_with("(unhealthy)")) return "unhealthy";
  return sentence.ends_with("(health: starting)") ? "starting" : "";
}

std::string health_of(std::string said) {
  return said == "none" ? std::string() : said;
}

std::optional<Container> parse_container(const json::value& item) {
  Container container;
  container.id = text_at(item, {"Id"});
  if (!is_id(container.id)) return std::nullopt;
  core::ContainerReport& report = container.report;
  report.name = first_name(item);
  if (report.name.empty()) report.name = container.id.substr(0, 12);
  report.image = text_at(item, {"Image"});
  report.state = text_at(item, {"State"});
  report.health = health_of(text_at(item, {"Health", "Status"}));
  if (report.health.empty()) report.health = health_in(text_at(item, {"Status"}));
  return container;
}

// The caches of files do not count: the kernel takes them back when it needs them.
std::optional<std::uint64_t> memory_of(const json::value& statistics) {
  const auto usage = count_at(statistics, {"memory_stats", "usage"});
  if (!usage) return std::nullopt;
  auto cache = count_at(statistics, {"memory_stats", "stats", "inactive_file"});
  if (!cache) cache = count_at(statistics, {"memory_stats", "stats", "total_inactive_file"});  // control groups v1
  return *usage - std::min(cache.value_or(0), *usage);
}

struct CpuUse {
  std::uint64_t container = 0;
  std::uint64_t host = 0;  // of all processors together
};

std::optional<CpuUse> cpu_use(const json::value& statistics, std::string_view which) {
  const auto container = count_at(statistics, {which, "cpu_usage", "total_usage"});
  const auto host = count_at(statistics, {which, "system_cpu_usage"});
  if (!container || !host) return std::nullopt;
  return CpuUse{*container, *host};
}

// 100 for each processor that is busy, as the engines themselves show it.
std::optional<double> cpu_percent_of(const json::value& statistics) {
  const auto processors = count_at(statistics, {"cpu_stats", "online_cpus"});
  const auto after = cpu_use(statistics, "cpu_stats");
  const auto before = cpu_use(statistics, "precpu_stats");
  if (!processors || !after || !before || after->container < before->container) return std::nullopt;
  // The engine counts both at slightly different moments.
  const auto host = static_cast<double>(after->host) - static_cast<double>(before->host);
  const auto share = percent_of(static_cast<double>(after->container - before->container), host);
  if (!share) return std::nullopt;
  return std::min(*share, 100.0) * static_cast<double>(std::min(*processors, kMostProcessors));
}

}  // namespace

std::optional<std::vector<Container>> parse_containers(std::string_view text) {
  const json::value list = parse_json(text);
  if (!list.is_array()) return std::nullopt;
  std::vector<Container> containers;
  for (const json::value& item : list.get_array()) {
    if (auto container = parse_container(item)) containers.push_back(std::move(*container));
  }
  return containers;
}

void add_inspection(core::ContainerReport& container, std::string_view text) {
  const json::value inspected = parse_json(text);
  container.restarts = count_at(inspected, {"RestartCount"});
}

void add_statistics(core::ContainerReport& container, std::string_view text) {
  const json::value statistics = parse_json(text);
  container.cpu_percent = cpu_percent_of(statistics);
  container.memory_bytes = memory_of(statistics);
}

core::ContainersReport summarise(const std::vector<Container>& containers) {
  const auto count = [&](auto matches) {
    return static_cast<std::uint64_t>(std::ranges::count_if(containers, matches));
  };
  core::ContainersReport report;
  report.total = containers.size();
  report.running = count([](const Container& container) { return container.report.state == "running"; });
  report.unhealthy = count([](const Container& container) { return container.report.health == "unhealthy"; });
  for (const Container& container : containers) {
    if (report.items.size() < kMostItems) report.items.push_back(container.report);
  }
  return report;
}

}  // namespace holdfast::agent
