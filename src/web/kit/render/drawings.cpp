#include <fmt/format.h>

#include <map>

#include "kit/render/filters.hpp"
#include "kit/render/functions.hpp"

// The drawings of the pages. Sizes are attributes, never styles: the content policy allows no inline style.
namespace holdfast::web::functions {
namespace {

constexpr std::size_t kStripRuns = 14;

// The bar of one run as a path, its left edge at `x`.
std::string bar_path(views::Run run, std::size_t x) {
  switch (run) {
    case views::Run::Succeeded:
      return fmt::format("M{} 2h4v9h-4z", x);
    case views::Run::Partial:
      return fmt::format("M{} 7h4v4h-4z", x);
    case views::Run::Failed:
      return fmt::format("M{} 12h4v8h-4z", x);
    case views::Run::Running:
      return fmt::format("M{}.6 2.6h2.8v8h-2.8z", x);
    case views::Run::Missed:
      return fmt::format("M{}.3 16a1.7 1.7 0 1 0 3.4 0a1.7 1.7 0 1 0-3.4 0", x);
    case views::Run::Cancelled:
    case views::Run::NotScheduled:
      break;
  }
  return fmt::format("M{} 10h2v2h-2z", x + 1);
}

std::string_view run_class(views::Run run) {
  switch (run) {
    case views::Run::Succeeded:
      return "r-ok";
    case views::Run::Partial:
      return "r-part";
    case views::Run::Failed:
      return "r-fail";
    case views::Run::Running:
      return "r-run";
    case views::Run::Missed:
      return "r-miss";
    case views::Run::Cancelled:
    case views::Run::NotScheduled:
      break;
  }
  return "r-none";
}

std::string runs_in_words(const std::vector<views::Run>& runs) {
  constexpr std::array<std::pair<views::Run, std::string_view>, 6> words{{{views::Run::Succeeded, "succeeded"},
                                                                          {views::Run::Partial, "partial"},
                                                                          {views::Run::Failed, "failed"},
                                                                          {views::Run::Missed, "missed"},
                                                                          {views::Run::Cancelled, "cancelled"},
                                                                          {views::Run::Running, "running"}}};
  std::string text;
  for (const auto& [run, word] : words) {
    const auto count = std::ranges::count(runs, run);
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
  }
  return text.empty() ? "No runs yet" : "Last runs: " + text;
}

// The ruler goes to one and a half times the limit, which stands at 64 of its 96 units.
constexpr double kLimitAt = 64;
constexpr double kLineEnd = 2;  // its lines are round at the end, and so much longer than their paths

// Past the limit it is hatched.
std::string_view ruler_class(double share) {
  if (share > 2) return "down";
  return share > 1 ? "warn" : "ok";
}

// The age as a share of the limit; nothing without a limit.
std::optional<double> share_of_limit(const views::RecoveryPoint& point) {
  if (!point.at || !point.limit || point.limit->count() <= 0) return std::nullopt;
  return static_cast<double>((point.now - *point.at).count()) /
         static_cast<double>(core::milliseconds(*point.limit).count());
}

std::size_t highest_of(const std::vector<views::HourOfRuns>& hours) {
  std::size_t most = 1;
  for (const auto& hour : hours) most = std::max({most, hour.succeeded + hour.partial, hour.failed});
  return most;
}

void append_hour(std::string& out, const views::HourOfRuns& hour, std::size_t index, double unit) {
  const double x = static_cast<double>(index) * 10;
  const double up = static_cast<double>(hour.succeeded) * unit;
  const double part = static_cast<double>(hour.partial) * unit;
  const double down = static_cast<double>(hour.failed) * unit;
  const auto rect = [&](std::string_view kind, double y, double height) {
    if (height > 0)
      out += fmt::format(R"(<rect class="{}" x="{}" y="{:.1f}" width="8" height="{:.1f}"/>)", kind, x, y, height);
  };
  rect("up", 38 - up, up);
  rect("pt", 38 - up - part, part);
  rect("dn", 40, down);
}

}  // namespace

SafeHtml run_strip(const views::RunStrip& strip) {
  std::vector<views::Run> runs = strip.runs;
  if (runs.size() > kStripRuns) runs.erase(runs.begin(), runs.end() - kStripRuns);
  runs.insert(runs.begin(), kStripRuns - runs.size(), views::Run::NotScheduled);
  std::map<std::string_view, std::string> paths;  // one for each kind of run: a row of the fleet is to be small
  for (std::size_t i = 0; i < runs.size(); ++i) paths[run_class(runs[i])] += bar_path(runs[i], i * 6);
  std::string out = fmt::format(
      R"(<svg class="strip" width="84" height="20" viewBox="0 0 84 20" role="img" aria-label="{}"><path class="ax" d="M0 11.5H82"/>)",
      runs_in_words(runs));
  for (const auto& [kind, path] : paths) out += fmt::format(R"(<path class="{}" d="{}"/>)", kind, path);
  return SafeHtml(out + "</svg>");
}

SafeHtml ruler(const views::RecoveryPoint& point) {
  const auto share = share_of_limit(point);
  if (!share) return {};
  const double end = std::clamp(*share * kLimitAt, 2 * kLineEnd, 1.5 * kLimitAt) - kLineEnd;
  return SafeHtml(fmt::format(
      R"(<svg class="ruler {}" width="96" height="8" viewBox="0 0 96 8" role="img"><title>Limit {}</title><path class="track" d="M2 4H62"/><path class="fill" d="M2 4H{:.0f}"/><path class="tick" d="M64 0v8"/></svg>)",
      ruler_class(*share), filters::duration(*point.limit), end));
}

SafeHtml recovery_age(const views::RecoveryPoint& point) {
  if (!point.at) return {};
  const auto age = ago(*point.at, point.now);
  const double share = share_of_limit(point).value_or(0);
  if (share <= 1) return age;
  return SafeHtml(fmt::format(R"(<span class="c-{} b">{}</span>)", share > 2 ? "down" : "warn", age.text()));
}

SafeHtml bar(int percent, std::string_view kind) {
  return SafeHtml(fmt::format(
      R"(<svg class="meter {}" width="100%" height="100%" aria-hidden="true"><rect class="track" width="100%" height="100%"/><rect class="fill" width="{}%" height="100%"/></svg>)",
      kind, std::clamp(percent, 0, 100)));
}

SafeHtml meter(int percent, views::Level level) {
  const std::string_view kind = level == views::Level::Down ? " down" : level == views::Level::Warning ? " warn" : "";
  return SafeHtml(fmt::format(R"(<svg class="gauge{}" aria-hidden="true"><rect width="{}%" height="100%"/></svg>)",
                              kind, std::clamp(percent, 0, 100)));
}

SafeHtml hour_chart(const std::vector<views::HourOfRuns>& hours) {
  const double unit = 36.0 / static_cast<double>(highest_of(hours));
  std::string out =
      R"(<svg class="hours" viewBox="0 0 240 60" preserveAspectRatio="none" aria-hidden="true"><path class="ax" d="M0 39H238"/>)";
  for (std::size_t i = 0; i < hours.size(); ++i) append_hour(out, hours[i], i, std::min(unit, 9.0));
  return SafeHtml(out + "</svg>");
}

SafeHtml hour_totals(const std::vector<views::HourOfRuns>& hours) {
  views::HourOfRuns sum;
  for (const auto& hour : hours) {
    sum.succeeded += hour.succeeded;
    sum.partial += hour.partial;
    sum.failed += hour.failed;
  }
  return SafeHtml(fmt::format(R"(<span>{} ok</span><span{}>{} partial</span><span{}>{} failed</span>)", sum.succeeded,
                              sum.partial > 0 ? R"( class="c-warn")" : "", sum.partial,
                              sum.failed > 0 ? R"( class="c-down")" : "", sum.failed));
}

SafeHtml skeleton() {
  std::string out;
  for (int row = 0; row < 6; ++row) {
    out += R"(<p class="skel-row"><span class="skel"></span><span class="skel"></span><span class="skel"></span></p>)";
  }
  return SafeHtml(std::move(out));
}

SafeHtml proportions(const views::Pulse& pulse) {
  const std::array<std::pair<std::string_view, std::size_t>, 4> parts{
      {{"d", pulse.down}, {"w", pulse.warning}, {"o", pulse.ok}, {"p", pulse.waiting + pulse.paused}}};
  const double unit = 172.0 / static_cast<double>(std::max<std::size_t>(1, pulse.total()));
  std::string out = R"(<svg class="mix" viewBox="0 0 172 6" preserveAspectRatio="none" aria-hidden="true">)";
  double x = 0;
  for (const auto& [kind, count] : parts) {
    const double width = static_cast<double>(count) * unit;
    if (count > 0)
      out += fmt::format(R"(<rect class="{}" x="{:.1f}" width="{:.1f}" height="6" rx="1"/>)", kind, x,
                         std::max(1.0, width - 2));
    x += width;
  }
  return SafeHtml(out + "</svg>");
}

SafeHtml artwork() {
  constexpr std::array<std::string_view, 3> shades{"a", "b", "c"};
  std::string out =
      R"(<svg class="art" viewBox="0 0 760 912" preserveAspectRatio="xMinYMin slice" aria-hidden="true">)";
  std::uint32_t seed = 20261120;
  const auto next = [&seed] { return seed = seed * 1664525u + 1013904223u, seed >> 8; };
  for (int row = 0; row < 34; ++row) {
    const int y = row * 27 + 16;
    out += fmt::format(R"(<path class="ax" d="M0 {}H760"/>)", y);
    for (int column = 0; column < 51; ++column) {
      const std::uint32_t draw = next() % 1000;
      const int x = column * 15;
      if (draw < 6)
        out += fmt::format(R"(<rect class="x" x="{}" y="{}" width="9" height="9"/>)", x, y + 2);
      else if (draw < 20)
        out += fmt::format(R"(<rect class="p" x="{}" y="{}" width="9" height="5"/>)", x, y - 6);
      else if (draw > 60)
        out += fmt::format(R"(<rect class="{}" x="{}" y="{}" width="9" height="10"/>)", shades.at(draw % 3), x, y - 11);
    }
  }
  return SafeHtml(out + "</svg>");
}

}  // namespace holdfast::web::functions
