#include "pages/show_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "render/filters.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using store::RollUp;

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostSlots = 366;

struct Range {
  std::string_view name;
  std::string_view text;
  views::TimeLabel label;
  std::string_view words;
};
constexpr std::array<Range, 4> kRanges{{
    {"24h", "24 h", views::TimeLabel::Minute, "last 24 h"},
    {"7d", "7 d", views::TimeLabel::Day, "last 7 days"},
    {"30d", "30 d", views::TimeLabel::Day, "last 30 days"},
    {"1y", "1 y", views::TimeLabel::Month, "last year"},
}};

const Range& range_named(std::string_view name) {
  const auto* const found = std::ranges::find(kRanges, name, &Range::name);
  return found == kRanges.end() ? kRanges.front() : *found;
}

std::vector<views::Tab> tabs_of(const views::Url& base, std::string_view present) {
  std::vector<views::Tab> tabs;
  for (const auto& range : kRanges) {
    auto url = base;
    if (&range != kRanges.data()) url.query("range", range.name);
    tabs.push_back({std::string(range.text), std::move(url), std::nullopt, range.name == present});
  }
  return tabs;
}

std::string percent_text(double percent) {
  return fmt::format("{:.0f}%", percent);
}

std::string count_text(double count) {
  return fmt::format("{:.0f}", count);
}

std::string load_text(double load) {
  return fmt::format("{:.2f}", load);
}

std::string age_text(double seconds) {
  return filters::duration(std::chrono::seconds(std::llround(seconds)));
}

// One line: where its values come from, and how they read.
struct Source {
  std::string name;
  std::function<std::optional<double>(const RollUp&)> value;
  std::string (*text)(double);
};

std::optional<double> age_of(const RollUp& point) {
  if (!point.backup_age) return std::nullopt;
  return static_cast<double>(point.backup_age->count());
}

// Points come when hosts report; a graph has even steps. A slot holds the highest value that came in it.
class Slots {
 public:
  explicit Slots(const fleet::History& history) : history_(history), step_(step_of(history)) {
    count_ = static_cast<std::size_t>((history.to - history.from) / step_) + 1;
  }

  const fleet::History& history() const { return history_; }

  std::vector<double> values(const Source& source) const {
    std::vector<double> slots(count_, kNothing);
    for (const auto& point : history_.points) {
      const auto value = source.value(point);
      if (!value || point.start < history_.from || point.start > history_.to) continue;
      auto& slot = slots[static_cast<std::size_t>((point.start - history_.from) / step_)];
      slot = std::isnan(slot) ? *value : std::max(slot, *value);
    }
    return slots;
  }

  // Slots in which no report came at all, from the first report on: a host has no gaps before it was there.
  std::vector<views::ChartSpan> gaps() const {
    std::vector<bool> came(count_, false);
    for (const auto& point : history_.points)
      if (point.start >= history_.from && point.start <= history_.to)
        came[static_cast<std::size_t>((point.start - history_.from) / step_)] = true;
    std::vector<views::ChartSpan> gaps;
    const auto first = std::ranges::find(came, true);
    for (auto begin = first; begin != came.end();) {
      begin = std::find(begin, came.end(), false);
      const auto end = std::find(begin, came.end(), true);
      // The last slot has only just begun; an hour or day is rolled up when it has ended.
      const bool begun = end == came.end() && end - begin < (history_.step == fleet::HistoryStep::Raw ? 2 : 3);
      if (begin != end && !begun) gaps.push_back({place(begin - came.begin() - 1), place(end - came.begin())});
      begin = end;
    }
    return gaps;
  }

 private:
  // As fine as the reports are, but never finer than can be drawn.
  static core::milliseconds step_of(const fleet::History& history) {
    const auto finest = (history.to - history.from) / static_cast<std::int64_t>(kMostSlots - 1);
    if (history.step_seconds.count() > 0) return std::max<core::milliseconds>(history.step_seconds, finest);
    std::vector<core::milliseconds> steps;
    for (std::size_t i = 1; i < history.points.size(); ++i)
      steps.push_back(history.points[i].start - history.points[i - 1].start);
    if (steps.empty()) return 15min;
    std::ranges::nth_element(steps, steps.begin() + std::ssize(steps) / 2);
    // A little longer than usual: reports are never quite on time, and a slot without one is a gap.
    return std::clamp<core::milliseconds>(steps[steps.size() / 2] * 3 / 2, std::max<core::milliseconds>(finest, 1min),
                                          2h);
  }

  double place(std::ptrdiff_t slot) const {
    return std::clamp(static_cast<double>(slot) / static_cast<double>(std::max<std::size_t>(1, count_ - 1)), 0.0, 1.0);
  }

  const fleet::History& history_;
  core::milliseconds step_;
  std::size_t count_ = 0;
};

double highest(const std::vector<double>& values) {
  double most = kNothing;
  for (const double value : values)
    if (!std::isnan(value)) most = std::isnan(most) ? value : std::max(most, value);
  return most;
}

double lowest(const std::vector<double>& values) {
  double least = kNothing;
  for (const double value : values)
    if (!std::isnan(value)) least = std::isnan(least) ? value : std::min(least, value);
  return least;
}

double newest(const fleet::History& history, const Source& source) {
  for (auto point = history.points.rbegin(); point != history.points.rend(); ++point)
    if (const auto value = source.value(*point)) return *value;
  return kNothing;
}

// What a chart is made of: its lines and the value at its top.
struct Recipe {
  std::string title;
  std::vector<Source> sources;  // one or two
  double top = 0;               // 0: a little above the highest value
  double least_top = 1;         // it is never smaller than this
};

double nice_top(double most) {
  const double magnitude = std::pow(10, std::floor(std::log10(most)));
  for (const double step : {1.0, 2.0, 4.0, 5.0, 10.0})
    if (most <= step * magnitude) return step * magnitude;
  return most;
}

std::string sentence_of(const views::Chart& chart, const Source& source, const std::vector<double>& values,
                        std::string_view words) {
  if (std::isnan(highest(values))) return fmt::format("{}, {}: no data", chart.title, words);
  return fmt::format("{}, {}: {} to {}, at last {}", chart.title, words, source.text(lowest(values)),
                     source.text(highest(values)), chart.value);
}

views::Chart make_chart(const Recipe& recipe, const Slots& slots, std::string_view words) {
  views::Chart chart;
  chart.title = recipe.title;
  std::vector<std::vector<double>> all;
  double most = recipe.least_top;
  for (const auto& source : recipe.sources) {
    all.push_back(slots.values(source));
    most = std::isnan(highest(all.back())) ? most : std::max(most, highest(all.back()));
  }
  const double top = recipe.top > 0 ? recipe.top : nice_top(most);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& source = recipe.sources[i];
    views::ChartLine line{source.name, {}, {}};
    for (const double value : all[i]) {
      line.shares.push_back(value / top);
      line.values.push_back(std::isnan(value) ? "" : source.text(value));
    }
    chart.lines.push_back(std::move(line));
  }
  const auto& text = recipe.sources.front().text;
  chart.scale = {text(top), text(top / 2), "0"};
  if (const double last = newest(slots.history(), recipe.sources.front()); !std::isnan(last)) chart.value = text(last);
  chart.sentence = sentence_of(chart, recipe.sources.front(), all.front(), words);
  return chart;
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

std::vector<Recipe> recipes_for(const fleet::History& history) {
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
  return recipes;
}

// A second line without a single value only takes room.
void drop_empty_lines(views::Chart& chart) {
  const auto empty = [](const views::ChartLine& line) {
    return std::ranges::all_of(line.shares, [](double share) { return std::isnan(share); });
  };
  if (chart.lines.size() > 1 && empty(chart.lines[1])) chart.lines.pop_back();
}

std::vector<views::ChartSpan> spans_of(const std::vector<store::Job>& jobs, core::Time from, core::Time to) {
  std::vector<views::ChartSpan> spans;
  const auto whole = static_cast<double>((to - from).count());
  for (const auto& job : jobs) {
    if (!job.started_at) continue;
    const auto begin = std::max(*job.started_at, from);
    const auto end = std::min(job.finished_at.value_or(to), to);
    if (begin >= end) continue;
    spans.push_back(
        {static_cast<double>((begin - from).count()) / whole, static_cast<double>((end - from).count()) / whole});
  }
  return spans;
}

views::Url table_url(const views::Url& graphs, std::string_view range) {
  auto url = graphs;
  return url.segment("history").query("range", range);
}

std::string_view step_text(fleet::HistoryStep step) {
  switch (step) {
    case fleet::HistoryStep::Raw:
      return "each report";
    case fleet::HistoryStep::Hour:
      return "by the hour";
    case fleet::HistoryStep::Day:
      break;
  }
  return "by the day";
}

void add_limit(views::Chart& chart, const Recipe& recipe, const Slots& slots, std::chrono::seconds limit) {
  const auto limit_seconds = static_cast<double>(limit.count());
  const auto values = slots.values(recipe.sources.front());
  const double most = std::max(limit_seconds * 1.5, std::isnan(highest(values)) ? 0.0 : highest(values));
  for (std::size_t i = 0; i < values.size(); ++i) chart.lines.front().shares[i] = values[i] / most;
  chart.scale = {age_text(most), age_text(most / 2), "0"};
  chart.limit = limit_seconds / most;
  chart.limit_name = fmt::format("limit {}", age_text(limit_seconds));
}

}  // namespace

std::string_view read_history_range(std::string_view text) {
  return range_named(text).name;
}

views::History show_history(const fleet::History& history, const HistoryContext& context) {
  const auto& range = range_named(context.range);
  views::History view;
  view.ranges = tabs_of(context.graphs, range.name);
  view.from = history.from;
  view.to = history.to;
  view.label = range.label;
  view.table = table_url(context.graphs, range.name);
  for (int quarter = 0; quarter <= 4; ++quarter)
    view.ticks.push_back(history.from + (history.to - history.from) * quarter / 4);
  if (history.points.empty()) return view;
  const Slots slots(history);
  const auto gaps = slots.gaps();
  const auto jobs = spans_of(context.jobs, history.from, history.to);
  for (const auto& recipe : recipes_for(history)) {
    auto chart = make_chart(recipe, slots, range.words);
    if (recipe.title == "Backup age") add_limit(chart, recipe, slots, context.backup_limit);
    drop_empty_lines(chart);
    chart.gaps = gaps;
    chart.jobs = jobs;
    view.charts.push_back(std::move(chart));
  }
  view.has_jobs = !jobs.empty();
  return view;
}

views::HistoryTable show_history_table(const fleet::History& history, const HistoryContext& context) {
  const auto& range = range_named(context.range);
  views::HistoryTable table;
  auto base = context.graphs;
  table.ranges = tabs_of(base.segment("history"), range.name);
  table.graphs = context.graphs;
  if (&range != kRanges.data()) table.graphs.query("range", range.name);
  table.step = step_text(history.step);
  std::vector<Source> sources;
  for (const auto& recipe : recipes_for(history)) {
    for (const auto& source : recipe.sources) {
      const bool alone = recipe.sources.size() == 1;
      table.heads.push_back(alone ? recipe.title : fmt::format("{}, {}", recipe.title, source.name));
      sources.push_back(source);
    }
  }
  for (auto point = history.points.rbegin(); point != history.points.rend(); ++point) {
    views::HistoryRow row{point->start, {}};
    for (const auto& source : sources) {
      const auto value = source.value(*point);
      row.values.push_back(value ? source.text(*value) : "");
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace holdfast::web
