#include "roll_up.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/text.hpp"

namespace holdfast::fleet {
namespace {

constexpr std::size_t kMaxMount = 255;  // bytes
// So many are told apart on the way, where every report names other ones.
constexpr std::size_t kDisksCompared = 4096;

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

std::optional<std::chrono::seconds> backup_age(const core::ReportFigures& figures, core::Time at) {
  if (!figures.backup_at) return std::nullopt;
  return std::max(std::chrono::floor<std::chrono::seconds>(at - *figures.backup_at), std::chrono::seconds(0));
}

// A mean of means, each counting as often as it has reports behind it.
class WeightedMean {
 public:
  void add(const std::optional<double>& mean, std::uint64_t weight) {
    if (!mean) return;
    sum_ += *mean * static_cast<double>(weight);
    weight_ += weight;
  }
  std::optional<double> value() const {
    if (weight_ == 0) return std::nullopt;
    return sum_ / static_cast<double>(weight_);
  }

 private:
  double sum_ = 0;
  std::uint64_t weight_ = 0;
};

void merge_extremes(store::RollUp& into, const store::RollUp& part) {
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

}  // namespace

void RollUpBuilder::Mean::add(const std::optional<double>& value) {
  if (!value) return;
  sum += *value;
  ++count;
}

std::optional<double> RollUpBuilder::Mean::value() const {
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

void RollUpBuilder::add(const core::Report& report, core::Time at) {
  const auto figures = core::figures_of(report, at);
  ++values_.reports;
  cpu_.add(figures.cpu_percent);
  memory_.add(figures.memory_percent);
  load_.add(figures.load);
  keep_highest(values_.cpu_max, figures.cpu_percent);
  keep_highest(values_.memory_max, figures.memory_percent);
  keep_highest(values_.swap_max, figures.swap_percent);
  keep_highest(values_.temperature_max, figures.temperature_celsius);
  keep_highest(values_.disk_max, figures.disk_percent);
  keep_lowest(values_.containers_running, as_double(figures.containers_running));
  keep_highest(values_.containers_total, as_double(figures.containers));
  keep_highest(values_.containers_unhealthy, as_double(figures.containers_unhealthy));
  keep_highest(values_.backup_age, backup_age(figures, at));
  if (!report.system) return;
  for (const auto& disk : report.system->disks) {
    const std::string mount(core::truncate_utf8(disk.mount, kMaxMount));
    if (const auto percent = disk.space.used_percent()) keep_highest(values_.disks, mount, *percent);
  }
  if (values_.disks.size() > kDisksCompared) keep_fullest(values_.disks);
}

store::RollUp RollUpBuilder::finish(core::Time start) const {
  store::RollUp values = values_;
  values.start = start;
  values.cpu_mean = cpu_.value();
  values.memory_mean = memory_.value();
  values.load_mean = load_.value();
  keep_fullest(values.disks);
  return values;
}

store::RollUp point_of(const core::Report& report, core::Time at) {
  RollUpBuilder builder;
  builder.add(report, at);
  return builder.finish(at);
}

store::RollUp merge(std::span<const store::RollUp> parts, core::Time start) {
  store::RollUp merged;
  WeightedMean cpu;
  WeightedMean memory;
  WeightedMean load;
  merged.start = start;
  for (const auto& part : parts) {
    merged.reports += part.reports;
    cpu.add(part.cpu_mean, part.reports);
    memory.add(part.memory_mean, part.reports);
    load.add(part.load_mean, part.reports);
    merge_extremes(merged, part);
  }
  merged.cpu_mean = cpu.value();
  merged.memory_mean = memory.value();
  merged.load_mean = load.value();
  keep_fullest(merged.disks);
  return merged;
}

void put_fuller(std::vector<store::RollUp>& stored, const store::RollUp& fresh) {
  const auto place = std::ranges::lower_bound(stored, fresh.start, {}, &store::RollUp::start);
  if (place == stored.end() || place->start != fresh.start) {
    stored.insert(place, fresh);
  } else if (is_fuller(fresh, *place)) {
    *place = fresh;
  }
}

}  // namespace holdfast::fleet
