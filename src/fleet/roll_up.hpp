#pragma once

#include <span>
#include <vector>

#include "core/report.hpp"
#include "core/time.hpp"
#include "store/reports.hpp"

// What the reports of a stretch of time add up to.
namespace holdfast::fleet {

// How many disks a roll-up tells apart: the fullest ones.
inline constexpr std::size_t kDisksKept = 16;

// Adds up reports, in any order.
class RollUpBuilder {
 public:
  void add(const core::Report& report, core::Time at);
  std::uint64_t reports() const { return values_.reports; }
  store::RollUp finish(core::Time start) const;

 private:
  struct Mean {
    double sum = 0;
    std::uint64_t count = 0;
    void add(const std::optional<double>& value);
    std::optional<double> value() const;
  };

  store::RollUp values_;
  Mean cpu_;
  Mean memory_;
  Mean load_;
};

// One report as a point of a graph.
store::RollUp point_of(const core::Report& report, core::Time at);

// What several roll-ups are together: extremes of extremes, means weighted by their numbers of reports.
store::RollUp merge(std::span<const store::RollUp> parts, core::Time start);

// Whether it knows of more reports than the other one of the same time. One whose reports were removed by age since
// does not.
inline bool is_fuller(const store::RollUp& fresh, const store::RollUp& stored) {
  return fresh.reports > stored.reports;
}

// Puts it among those of other times, in order, where it is fuller than the one that is there.
void put_fuller(std::vector<store::RollUp>& stored, const store::RollUp& fresh);

}  // namespace holdfast::fleet
