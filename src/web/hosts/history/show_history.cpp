#include "hosts/history/show_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "hosts/history/chart_recipes.hpp"
#include "hosts/history/chart_ticks.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;

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
  const double top = recipe.top > 0 ? recipe.top : recipe.round_up(most);
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

// A line without a single value only takes room.
void drop_empty_lines(views::Chart& chart) {
  std::erase_if(chart.lines, [](const views::ChartLine& line) {
    return std::ranges::all_of(line.shares, [](double share) { return std::isnan(share); });
  });
}

// Of a host that has reported for less than half of the range, only the time since its first report is shown.
void drop_empty_start(fleet::History& history) {
  constexpr auto kShortest = 30min;
  if (history.points.empty()) return;
  const auto first = std::min<core::Time>(history.points.front().start, history.to - kShortest);
  if (first > history.from + (history.to - history.from) / 2) history.from = first;
}

std::vector<views::ChartSpan> spans_of(const std::vector<core::Job>& jobs, core::Time from, core::Time to) {
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

views::Url with_container(views::Url url, const HistoryContext& context) {
  if (!context.container.empty()) url.query("container", context.container);
  return url;
}

views::Url table_url(const HistoryContext& context, std::string_view range) {
  auto url = context.graphs;
  return with_container(url.segment("history").query("range", range), context);
}

std::string_view step_words(fleet::HistoryStep step) {
  switch (step) {
    case fleet::HistoryStep::Raw:
      return "raw reports";
    case fleet::HistoryStep::Hour:
      return "hourly";
    case fleet::HistoryStep::Day:
      break;
  }
  return "daily";
}

std::string_view single_of(fleet::HistoryStep step) {
  switch (step) {
    case fleet::HistoryStep::Raw:
      return "report";
    case fleet::HistoryStep::Hour:
      return "hour of reports";
    case fleet::HistoryStep::Day:
      break;
  }
  return "day of reports";
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

views::History show_history(fleet::History history, const HistoryContext& context) {
  drop_empty_start(history);
  const auto& range = range_named(context.range);
  views::History view;
  view.ranges = tabs_of(with_container(context.graphs, context), range.name);
  view.from = history.from;
  view.to = history.to;
  if (history.points.size() == 1) view.single = single_of(history.step);
  view.table = table_url(context, range.name);
  view.ticks = chart_ticks(history.from, history.to);
  if (history.points.size() < 2) return view;
  const Slots slots(history);
  const auto gaps = slots.gaps();
  const auto jobs = spans_of(context.jobs, history.from, history.to);
  for (const auto& recipe : recipes_for(history, context.container)) {
    auto chart = make_chart(recipe, slots, range.words);
    if (recipe.title == "Backup age") add_limit(chart, recipe, slots, context.backup_limit);
    drop_empty_lines(chart);
    if (chart.lines.empty()) {
      view.without.push_back(chart.title);
      continue;
    }
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
  table.ranges = tabs_of(with_container(base.segment("history"), context), range.name);
  table.graphs = with_container(context.graphs, context);
  if (&range != kRanges.data()) table.graphs.query("range", range.name);
  table.step = step_words(history.step);
  std::vector<Source> sources;
  for (const auto& recipe : recipes_for(history, context.container)) {
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
