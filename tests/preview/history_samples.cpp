#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kit/render/filters.hpp"
#include "samples.hpp"

namespace holdfast::preview {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t kPoints = 96;
constexpr auto kRange = hours(24);
constexpr std::size_t kGap = 16;  // here nothing came for a while
constexpr std::size_t kGapPoints = 8;

double share_of(core::seconds ago) {
  return 1 - static_cast<double>(ago.count()) / static_cast<double>(core::seconds(kRange).count());
}

std::size_t points_of(core::seconds silent) {
  constexpr core::seconds kStep = core::seconds(kRange) / kPoints;
  return kPoints - static_cast<std::size_t>((silent + kStep - core::seconds(1)) / kStep);
}

// What hangs about `last` with a hump in the evening, and ends with it; all as shares.
std::vector<double> wave(double last, double noise, double hump) {
  std::vector<double> values;
  unsigned seed = static_cast<unsigned>(last * 1000);
  for (std::size_t i = 0; i < kPoints; ++i) {
    seed = seed * 1664525u + 1013904223u;
    const double wobble = (static_cast<double>(seed >> 16 & 0xff) / 255 - 0.5) * noise;
    const double from_hump = (static_cast<double>(i) / kPoints - 0.7) * 22;
    values.push_back(std::clamp(last + wobble + hump * (1 - last) * std::exp(-from_hump * from_hump), 0.0, 1.0));
  }
  return values;
}

std::vector<double> level(double share) {
  return std::vector<double>(kPoints, share);
}

// Ends the curve where the host fell silent, on its last value, and leaves the gap out.
ChartLine line(std::string name, std::vector<double> shares, double last, std::size_t points, auto text) {
  shares[points - 1] = last;
  std::fill(shares.begin() + static_cast<std::ptrdiff_t>(points), shares.end(), std::nan(""));
  std::fill_n(shares.begin() + kGap, kGapPoints, std::nan(""));
  ChartLine result{std::move(name), std::move(shares), {}};
  for (const double share : result.shares) result.values.push_back(std::isnan(share) ? "" : text(share));
  return result;
}

std::string percent(double share) {
  return fmt::format("{:.0f}%", share * 100);
}

Chart chart(std::string title, std::array<std::string, 3> scale, std::vector<ChartLine> lines, const Curves& curves) {
  Chart result;
  result.title = std::move(title);
  result.value = lines.front().values[points_of(curves.silent) - 1];
  result.sentence = fmt::format("{}, last 24 h: at last {}", result.title, result.value);
  result.scale = std::move(scale);
  result.lines = std::move(lines);
  for (const auto& [began, ended] : curves.jobs)
    if (began < kRange) result.jobs.push_back({share_of(began), share_of(ended)});
  result.gaps = {{(kGap - 0.5) / kPoints, (kGap + kGapPoints - 0.5) / kPoints}};
  if (curves.silent.count() > 0) result.gaps.push_back({share_of(curves.silent), 1});
  return result;
}

Chart percent_chart(std::string title, std::vector<ChartLine> lines, const Curves& curves) {
  return chart(std::move(title), {"100%", "50%", "0"}, std::move(lines), curves);
}

ChartLine percent_line(std::string_view name, int last, double noise, double hump, const Curves& curves) {
  const double share = last / 100.0;
  return line(std::string(name), wave(share, noise, hump), share, points_of(curves.silent), percent);
}

Chart disk_chart(const Curves& curves) {
  std::vector<ChartLine> lines;
  for (const auto& [mount, last] : curves.disks) lines.push_back(percent_line(mount, last, 0.004, 0, curves));
  return percent_chart("Disks", std::move(lines), curves);
}

Chart container_chart(const Curves& curves) {
  int top = 2;
  while (top < curves.containers) top *= 2;
  const auto count = [top](double share) { return fmt::format("{:.0f}", share * top); };
  const auto points = points_of(curves.silent);
  const auto of = [&](std::string name, int containers) {
    const double share = static_cast<double>(containers) / top;
    return line(std::move(name), level(share), share, points, count);
  };
  return chart("Containers", {fmt::format("{}", top), fmt::format("{}", top / 2), "0"},
               {of("running", curves.running), of("all", curves.containers)}, curves);
}

Chart age_chart(const Curves& curves) {
  const auto top = std::max(kBackupLimit * 3 / 2, std::chrono::ceil<hours>(curves.backup_age));
  const auto text = [top](double share) {
    return web::filters::duration(core::seconds(std::llround(share * static_cast<double>(core::seconds(top).count()))));
  };
  std::vector<double> shares;
  for (std::size_t i = 0; i < kPoints; ++i) {
    const auto ago = static_cast<std::int64_t>((kPoints - 1 - i) * 24 * 3600 / kPoints);
    core::seconds age = curves.backup_age - core::seconds(ago);
    if (age.count() < 0) age += hours(24);  // of the backup before it
    shares.push_back(static_cast<double>(age.count()) / static_cast<double>(core::seconds(top).count()));
  }
  const double last = shares[points_of(curves.silent) - 1];
  Chart result = chart("Backup age", {text(1), text(0.5), "0"},
                       {line("age", shares, last, points_of(curves.silent), text)}, curves);
  result.limit = static_cast<double>(kBackupLimit.count()) / static_cast<double>(top.count());
  result.limit_name = fmt::format("limit {}", web::filters::duration(kBackupLimit));
  return result;
}

}  // namespace

std::vector<Tab> history_ranges(std::string_view range) {
  std::vector<Tab> ranges;
  for (const std::string_view name : {"24 h", "7 d", "30 d", "1 y"})
    ranges.push_back({std::string(name), Url("/").query("range", name), {}, name == range});
  return ranges;
}

History sample_history(const Curves& curves) {
  History view;
  view.ranges = history_ranges("24 h");
  view.to = now();
  view.from = before(kRange);
  for (auto at = std::chrono::floor<hours>(view.from) + hours(3); at < view.to; at += hours(6))
    view.ticks.push_back({at, share_of(std::chrono::floor<core::seconds>(view.to - at)), TimeLabel::Minute});
  view.table = Url("/hosts/1/history");
  view.has_jobs = !curves.jobs.empty();
  view.charts = {
      percent_chart("CPU", {percent_line("busy", curves.cpu, 0.12, 0.4, curves)}, curves),
      percent_chart(
          "Memory",
          {percent_line("used", curves.memory, 0.06, 0.08, curves), percent_line("swap", 10, 0.02, 0, curves)}, curves),
      disk_chart(curves), container_chart(curves), age_chart(curves)};
  if (curves.containers < 0) view.charts.erase(view.charts.begin() + 3);
  return view;
}

}  // namespace holdfast::preview
