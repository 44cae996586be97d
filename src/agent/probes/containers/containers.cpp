#include "probes/containers/containers.hpp"

#include <algorithm>

#include "probes/json_members.hpp"
#include "probes/system/kernel_text.hpp"
#include "text/utf8.hpp"

namespace holdfast::agent {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostItems = 500;  // of which details are reported; all are counted
constexpr std::uint64_t kMostProcessors = 8192;
constexpr std::size_t kMostContainers = 20'000;
constexpr std::size_t kLongestText = 255;  // bytes
constexpr std::uint64_t kYoungMinutes = 3;

bool is_id(std::string_view text) {
  constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";
  return !text.empty() && text.size() <= 128 && text.find_first_not_of(kLetters) == std::string_view::npos;
}

std::string short_text(std::string text) {
  return std::string(text::truncate_utf8(text, kLongestText));
}

std::string_view without_slash(std::string_view name) {
  return name.starts_with('/') ? name.substr(1) : name;
}

// Names given to it by containers that are linked to it have the other's before a slash: "/web/db".
std::string own_name(const json::value& item) {
  const json::value* names = find_member(item, {"Names"});
  const json::array* list = names ? names->if_array() : nullptr;
  if (!list) return {};
  std::string_view first;
  for (const json::value& entry : *list) {
    const json::string* text = entry.if_string();
    if (!text) continue;
    const std::string_view name = without_slash(*text);
    if (!name.contains('/')) return std::string(name);
    if (first.empty()) first = name;
  }
  return std::string(first);
}

// "Exited (1) 2 days ago"
std::optional<std::uint64_t> exit_code_in(std::string_view sentence) {
  constexpr std::string_view kBegin = "Exited (";
  if (!sentence.starts_with(kBegin)) return std::nullopt;
  sentence.remove_prefix(kBegin.size());
  return parse_count(sentence.substr(0, sentence.find(')')));
}

// "Up Less than a second", "Up 4 seconds", "Up About a minute", "Up 3 minutes (healthy)"
bool is_young(std::string_view sentence) {
  if (take_field(sentence) != "Up") return false;
  if (sentence.contains("second") || sentence.contains("About a minute")) return true;
  const auto count = parse_count(take_field(sentence));
  return count && *count <= kYoungMinutes && take_field(sentence).starts_with("minute");
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

bool is_in_trouble(const Container& container) {
  return core::trouble_of(container.report) != core::ContainerTrouble::None;
}

std::optional<Container> parse_container(const json::value& item) {
  Container container;
  container.id = text_at(item, {"Id"});
  if (!is_id(container.id)) return std::nullopt;
  const std::string sentence = text_at(item, {"Status"});
  core::ContainerReport& report = container.report;
  report.name = short_text(own_name(item));
  if (report.name.empty()) report.name = container.id.substr(0, 12);
  report.image = short_text(text_at(item, {"Image"}));
  report.state = short_text(text_at(item, {"State"}));
  report.health = health_of(short_text(text_at(item, {"Health", "Status"})));
  if (report.health.empty()) report.health = health_in(sentence);
  report.exit_code = exit_code_in(sentence);
  container.is_young = is_young(sentence);
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
  if (!container || !host || *host == 0) return std::nullopt;
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
    if (containers.size() == kMostContainers) break;
    if (auto container = parse_container(item)) containers.push_back(std::move(*container));
  }
  return containers;
}

Inspection parse_inspection(std::string_view text) {
  const json::value inspected = parse_json(text);
  Inspection inspection;
  inspection.restarts = count_at(inspected, {"RestartCount"});
  inspection.health = health_of(short_text(text_at(inspected, {"State", "Health", "Status"})));
  // Podman before 4.
  if (inspection.health.empty())
    inspection.health = health_of(short_text(text_at(inspected, {"State", "Healthcheck", "Status"})));
  return inspection;
}

Statistics parse_statistics(std::string_view text) {
  const json::value statistics = parse_json(text);
  return {count_at(statistics, {"cpu_stats", "cpu_usage", "total_usage"}), cpu_percent_of(statistics),
          memory_of(statistics)};
}

core::ContainersReport summarise(const std::vector<Container>& containers) {
  const auto count = [&](auto matches) {
    return static_cast<std::uint64_t>(std::ranges::count_if(containers, matches));
  };
  core::ContainersReport report;
  report.total = containers.size();
  report.running = count([](const Container& container) { return container.report.state == "running"; });
  report.unhealthy = count([](const Container& container) { return container.report.health == "unhealthy"; });
  for (const bool troubled : {true, false}) {
    for (const Container& container : containers) {
      if (is_in_trouble(container) == troubled && report.items.size() < kMostItems)
        report.items.push_back(container.report);
    }
  }
  return report;
}

}  // namespace holdfast::agent
