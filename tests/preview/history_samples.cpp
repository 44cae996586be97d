#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "samples.hpp"

namespace holdfast::preview {
namespace {

// What hangs about `middle` with a hump at `hump`, all as shares; nothing from `gap` on for a while.
std::vector<double> wave(std::size_t count, double middle, double hump, std::size_t gap) {
  std::vector<double> values;
  unsigned seed = static_cast<unsigned>(middle * 1000);
  for (std::size_t i = 0; i < count; ++i) {
    seed = seed * 1664525u + 1013904223u;
    const double noise = (static_cast<double>(seed >> 16 & 0xff) / 255 - 0.5) * 0.12;
    const double from_hump = (static_cast<double>(i) / static_cast<double>(count) - 0.7) * 22;
    values.push_back(std::clamp(middle + noise + hump * std::exp(-from_hump * from_hump), 0.0, 1.0));
  }
  for (std::size_t i = gap; i < std::min(count, gap + count / 12); ++i) values[i] = std::nan("");
  return values;
}

ChartLine line(std::string name, std::vector<double> shares, double scale, std::string_view unit) {
  ChartLine result{std::move(name), std::move(shares), {}};
  for (const double share : result.shares)
    result.values.push_back(std::isnan(share) ? "" : fmt::format("{:.0f}{}", share * scale, unit));
  return result;
}

Chart chart(std::string title, std::string value, std::array<std::string, 3> scale, std::vector<ChartLine> lines) {
  Chart result;
  result.title = std::move(title);
  result.value = std::move(value);
  result.sentence = fmt::format("{}, now {}", result.title, result.value);
  result.scale = std::move(scale);
  result.lines = std::move(lines);
  result.jobs = {{0.68, 0.73}};
  result.gaps = {{0.166, 0.25}};
  return result;
}

}  // namespace

History sample_history(std::string_view range) {
  History view;
  for (const std::string_view name : {"24 h", "7 d", "30 d", "1 y"})
    view.ranges.push_back({std::string(name), Url("/").query("range", name), {}, name == range});
  view.to = now();
  view.from = before(std::chrono::hours(24));
  for (int quarter = 0; quarter < 4; ++quarter)
    view.ticks.push_back({view.from + std::chrono::hours(6 * quarter), (1 + 2 * quarter) / 8.0, TimeLabel::Minute});
  view.reports = 96;
  view.table = Url("/hosts/1/history");
  view.has_jobs = true;
  constexpr std::size_t kPoints = 96;
  constexpr std::size_t kGap = 16;
  view.charts = {
      chart("CPU", "34%, load 1.2", {"100%", "50%", "0"},
            {line("busy", wave(kPoints, 0.28, 0.4, kGap), 100, "%"),
             line("highest", wave(kPoints, 0.2, 0.3, kGap), 100, "%")}),
      chart("Memory", "72%", {"100%", "50%", "0"},
            {line("used", wave(kPoints, 0.7, 0.08, kGap), 100, "%"),
             line("swap", wave(kPoints, 0.06, 0, kGap), 100, "%")}),
      chart("Disks", "88%", {"100%", "50%", "0"},
            {line("/backup-staging", wave(kPoints, 0.86, 0, kGap), 100, "%"),
             line("/var/lib/containers/storage/volumes/postgresql-of-the-harbour-office/_data",
                  wave(kPoints, 0.62, 0, kGap), 100, "%")}),
      chart("Containers running", "3 of 3", {"4", "2", "0"}, {line("running", wave(kPoints, 0.75, 0, kGap), 4, "")}),
      chart("Backup age", "31 h", {"39 h", "20 h", "0"}, {line("age", wave(kPoints, 0.5, 0.4, kGap), 39, " h")})};
  view.charts[4].limit = 26.0 / 39;
  view.charts[4].limit_name = "limit 26 h";
  return view;
}

}  // namespace holdfast::preview
