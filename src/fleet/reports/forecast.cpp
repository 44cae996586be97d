#include "reports/forecast.hpp"

namespace holdfast::fleet {
namespace {

using Days = std::chrono::duration<double, std::chrono::days::period>;

constexpr double kFull = 100;
constexpr double kFarthestDays = 365;
// The share of what happened that a line must explain; below it (a disk that fills and empties every night) there is no
// pace to speak of.
constexpr double kLeastFit = 0.5;

// Least squares over (days before now, percent).
struct Line {
  double sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0, sum_yy = 0, count = 0;

  void add(double x, double y) {
    sum_x += x;
    sum_y += y;
    sum_xx += x * x;
    sum_xy += x * y;
    sum_yy += y * y;
    ++count;
  }
  double spread_x() const { return count * sum_xx - sum_x * sum_x; }
  double spread_y() const { return count * sum_yy - sum_y * sum_y; }
  double together() const { return count * sum_xy - sum_x * sum_y; }
  double slope() const { return together() / spread_x(); }
  double at(double x) const { return (sum_y + slope() * (count * x - sum_x)) / count; }
  bool rises() const { return spread_x() > 0 && together() > 0; }
  bool fits() const { return together() * together() >= kLeastFit * spread_x() * spread_y(); }
};

}  // namespace

std::optional<core::Time> disk_full_at(const std::vector<core::RollUp>& hours, core::Time now) {
  Line line;
  std::optional<core::Time> first;
  std::optional<core::Time> last;
  for (const auto& hour : hours) {
    if (!hour.disk_max) continue;
    if (!first) first = hour.start;
    last = hour.start;
    line.add(Days(hour.start - now).count(), *hour.disk_max);
  }
  if (!first || *last - *first < kForecastLeast || !line.rises() || !line.fits()) return std::nullopt;
  const double days = (kFull - line.at(0)) / line.slope();
  if (days > kFarthestDays) return std::nullopt;
  return now + std::chrono::duration_cast<core::milliseconds>(Days(std::max(days, 0.0)));
}

}  // namespace holdfast::fleet
