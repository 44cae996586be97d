#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/reports/report.hpp"
#include "core/reports/roll_up.hpp"
#include "core/time.hpp"
#include "store/reports/reports.hpp"

// What the reports of a stretch of time add up to.
namespace holdfast::fleet {

// How many disks a roll-up tells apart: the fullest ones.
inline constexpr std::size_t kDisksKept = 16;

// How many containers: half of them those with most memory, the others the busiest.
inline constexpr std::size_t kContainersKept = 16;

// Adds up reports, or what reports add up to, in any order.
class RollUpBuilder {
 public:
  void add(const core::Report& report, core::Time at);
  void add(const core::RollUp& part);
  std::uint64_t reports() const { return values_.reports; }
  core::RollUp finish(core::Time start) const;

 private:
  // Each value counts as often as it has reports behind it.
  struct Mean {
    double sum = 0;
    std::uint64_t weight = 0;
    void add(const std::optional<double>& value, std::uint64_t times);
    std::optional<double> value() const;
  };
  // Every value of a roll-up that is a mean.
  static constexpr std::array kMeans{&core::RollUp::cpu_mean,     &core::RollUp::memory_mean,
                                     &core::RollUp::load_mean,    &core::RollUp::network_received,
                                     &core::RollUp::network_sent, &core::RollUp::disk_read,
                                     &core::RollUp::disk_written};

  core::RollUp values_;
  std::array<Mean, kMeans.size()> means_;
  std::map<std::string, Mean> container_cpu_;
};

// One report as a point of a graph.
core::RollUp point_of(const core::Report& report, core::Time at);

// What several roll-ups are together: extremes of extremes, means weighted by their numbers of reports.
core::RollUp merge(std::span<const core::RollUp> parts, core::Time start);

// Whether it knows of more reports than the other one of the same time. One whose reports were removed by age since
// does not.
inline bool is_fuller(const core::RollUp& fresh, const core::RollUp& stored) {
  return fresh.reports > stored.reports;
}

// Puts it among those of other times, in order, where it is fuller than the one that is there.
void put_fuller(std::vector<core::RollUp>& stored, const core::RollUp& fresh);

}  // namespace holdfast::fleet
