#include "reports/roll_up.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "text/utf8.hpp"

namespace holdfast::fleet {
namespace {

constexpr std::size_t kMaxName = 255;  // bytes
// So many disks and containers are told apart on the way, where every report names other ones.
constexpr std::size_t kComparedNames = 4096;

template <class T>
void keep_highest(std::optional<T>& kept, const std::optional<T>& value) {
  if (value && (!kept || *kept < *value)) kept = value;
}
template <class T>
void keep_lowest(std::optional<T>& kept, const std::optional<T>& value) {
  if (value && (!kept || *value < *kept)) kept = value;
}

std::optional<double> as_double(const std::optional<std::uint64_t>& number) {
  return number ? std::optional<double>(static_cast<double>(*number)) : std::nullopt;
}

void keep_highest(std::map<std::string, double>& disks, const std::string& mount, double percent) {
  const auto [found, fresh] = disks.emplace(mount, percent);
  if (!fresh) found->second = std::max(found->second, percent);
}

// The fullest; of equally full ones the first by name.
void keep_fullest(std::map<std::string, double>& disks) {
  if (disks.size() <= kDisksKept) return;
  std::vector<std::pair<std::string, double>> all(disks.begin(), disks.end());
  std::ranges::sort(
      all, [](const auto& a, const auto& b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
  disks = {all.begin(), all.begin() + kDisksKept};
}

// Half of those that are kept by their memory, the others by how busy they are; of equal ones the first by name.
void keep_largest(std::map<std::string, core::ContainerUse>& containers) {
  if (containers.size() <= kContainersKept) return;
  std::map<std::string, core::ContainerUse> kept;
  const auto keep = [&](std::size_t most, auto value) {
    std::vector<std::pair<double, std::string>> order;
    for (const auto& [name, use] : containers) order.emplace_back(-(use.*value).value_or(-1), name);
    std::ranges::sort(order);
    for (std::size_t i = 0; i < order.size() && kept.size() < most; ++i) {
      kept.emplace(order[i].second, containers[order[i].second]);
    }
  };
  keep(kContainersKept / 2, &core::ContainerUse::memory_max);
  keep(kContainersKept, &core::ContainerUse::cpu_mean);
  containers = std::move(kept);
}

std::optional<std::chrono::seconds> backup_age(const core::ReportFigures& figures, core::Time at) {
  if (!figures.backup_at) return std::nullopt;
  return std::max(std::chrono::floor<std::chrono::seconds>(at - *figures.backup_at), std::chrono::seconds(0));
}

void merge_extremes(core::RollUp& into, const core::RollUp& part) {
  keep_highest(into.cpu_max, part.cpu_max);
  keep_highest(into.memory_max, part.memory_max);
  keep_highest(into.swap_max, part.swap_max);
  keep_highest(into.temperature_max, part.temperature_max);
  keep_highest(into.disk_max, part.disk_max);
  for (const auto& [mount, percent] : part.disks) keep_highest(into.disks, mount, percent);
  keep_lowest(into.containers_running, part.containers_running);
  keep_highest(into.containers_total, part.containers_total);
  keep_highest(into.containers_unhealthy, part.containers_unhealthy);
  keep_highest(into.backup_age, part.backup_age);
}

void add_figures(const core::Report& report, core::Time at, core::RollUp& point) {
  const auto figures = core::figures_of(report, at);
  point.cpu_mean = point.cpu_max = figures.cpu_percent;
  point.memory_mean = point.memory_max = figures.memory_percent;
  point.swap_max = figures.swap_percent;
  point.load_mean = figures.load;
  point.temperature_max = figures.temperature_celsius;
  point.disk_max = figures.disk_percent;
  point.containers_running = as_double(figures.containers_running);
  point.containers_total = as_double(figures.containers);
  point.containers_unhealthy = as_double(figures.containers_unhealthy);
  point.backup_age = backup_age(figures, at);
}

void add_system(const core::SystemReport& system, core::RollUp& point) {
  point.network_received = system.network.received_bytes_per_second;
  point.network_sent = system.network.sent_bytes_per_second;
  point.disk_read = system.disk_io.read_bytes_per_second;
  point.disk_written = system.disk_io.written_bytes_per_second;
  for (const auto& disk : system.disks) {
    const std::string mount(text::truncate_utf8(disk.mount, kMaxName));
    const auto percent = disk.space.used_percent();
    if (percent && !disk.read_only) keep_highest(point.disks, mount, *percent);
  }
}

void add_containers(const core::ContainersReport& containers, core::RollUp& point) {
  for (const auto& container : containers.items) {
    const core::ContainerUse use{container.cpu_percent, as_double(container.memory_bytes)};
    const std::string name(text::truncate_utf8(core::full_name(container), kMaxName));
    if (use != core::ContainerUse()) point.container_use[name] = use;
  }
}

// With all that the report names.
core::RollUp whole_point(const core::Report& report, core::Time at) {
  core::RollUp point;
  point.start = at;
  point.reports = 1;
  add_figures(report, at, point);
  if (report.system) add_system(*report.system, point);
  if (report.containers) add_containers(*report.containers, point);
  return point;
}

}  // namespace

void RollUpBuilder::Mean::add(const std::optional<double>& value, std::uint64_t times) {
  if (!value) return;
  sum += *value * static_cast<double>(times);
  weight += times;
}

std::optional<double> RollUpBuilder::Mean::value() const {
  if (weight == 0) return std::nullopt;
  return sum / static_cast<double>(weight);
}

void RollUpBuilder::add(const core::Report& report, core::Time at) {
  add(whole_point(report, at));
}

void RollUpBuilder::add(const core::RollUp& part) {
  values_.reports += part.reports;
  for (std::size_t i = 0; i < kMeans.size(); ++i) means_[i].add(part.*kMeans[i], part.reports);
  for (const auto& [name, use] : part.container_use) {
    keep_highest(values_.container_use[name].memory_max, use.memory_max);
    container_cpu_[name].add(use.cpu_mean, part.reports);
  }
  merge_extremes(values_, part);
  if (values_.disks.size() > kComparedNames) keep_fullest(values_.disks);
  if (values_.container_use.size() <= kComparedNames) return;
  keep_largest(values_.container_use);
  std::erase_if(container_cpu_, [this](const auto& mean) { return !values_.container_use.contains(mean.first); });
}

core::RollUp RollUpBuilder::finish(core::Time start) const {
  core::RollUp values = values_;
  values.start = start;
  for (std::size_t i = 0; i < kMeans.size(); ++i) values.*kMeans[i] = means_[i].value();
  for (const auto& [name, mean] : container_cpu_) values.container_use[name].cpu_mean = mean.value();
  keep_fullest(values.disks);
  keep_largest(values.container_use);
  return values;
}

core::RollUp point_of(const core::Report& report, core::Time at) {
  auto point = whole_point(report, at);
  keep_fullest(point.disks);
  keep_largest(point.container_use);
  return point;
}

core::RollUp merge(std::span<const core::RollUp> parts, core::Time start) {
  RollUpBuilder builder;
  for (const auto& part : parts) builder.add(part);
  return builder.finish(start);
}

void put_fuller(std::vector<core::RollUp>& stored, const core::RollUp& fresh) {
  const auto place = std::ranges::lower_bound(stored, fresh.start, {}, &core::RollUp::start);
  if (place == stored.end() || place->start != fresh.start) {
    stored.insert(place, fresh);
  } else if (is_fuller(fresh, *place)) {
    *place = fresh;
  }
}

}  // namespace holdfast::fleet
