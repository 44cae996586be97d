#include <fmt/format.h>

#include <numeric>

#include "render/filters.hpp"
#include "render/functions.hpp"

// The drawings of the pages. Sizes are attributes, never styles: the content policy allows no inline style.
namespace holdfast::web::functions {
namespace {

constexpr std::size_t kStripRuns = 14;

struct RunShape {
  std::string_view classes;
  double x, y, width, height;
};

RunShape shape(views::Run run) {
  switch (run) {
    case views::Run::Succeeded:
      return {"r-ok", 0, 2, 4, 9};
    case views::Run::Partial:
      return {"r-part", 0, 7, 4, 4};
    case views::Run::Failed:
      return {"r-fail", 0, 12, 4, 8};
    case views::Run::Running:
      return {"r-run", 0.6, 2.6, 2.8, 8};
    case views::Run::Missed:
    case views::Run::Cancelled:
    case views::Run::NotScheduled:
      break;
  }
  return {"r-none", 1, 10, 2, 2};
}

void append_run(std::string& out, views::Run run, double left) {
  if (run == views::Run::Missed) {
    out += fmt::format(R"(<circle class="r-miss" cx="{}" cy="16" r="1.7"/>)", left + 2);
    return;
  }
  const RunShape box = shape(run);
  out += fmt::format(R"(<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>)", box.classes, left + box.x, box.y,
                     box.width, box.height);
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

// A bar of `width` units with a fill and, past the limit, hatching.
std::string_view ruler_class(double share) {
  if (share > 2) return "down";
  return share > 1 ? "warn" : "ok";
}

std::size_t highest(const std::vector<views::HourOfRuns>& hours) {
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
  std::string out = fmt::format(
      R"(<svg class="strip" width="84" height="20" viewBox="0 0 84 20" role="img" aria-label="{}"><path class="ax" d="M0 11.5H82"/>)",
      runs_in_words(runs));
  const std::size_t offset = kStripRuns - runs.size();
  for (std::size_t i = 0; i < offset; ++i) append_run(out, views::Run::NotScheduled, static_cast<double>(i) * 6);
  for (std::size_t i = 0; i < runs.size(); ++i) append_run(out, runs[i], static_cast<double>(offset + i) * 6);
  return SafeHtml(out + "</svg>");
}

SafeHtml ruler(const views::RecoveryPoint& point) {
  if (!point.at || !point.limit || point.limit->count() <= 0) return {};
  const double age = static_cast<double>((point.now - *point.at).count());
  const double share = age / static_cast<double>(core::milliseconds(*point.limit).count());
  return SafeHtml(fmt::format(
      R"(<svg class="ruler {}" width="96" height="8" viewBox="0 0 96 8" aria-hidden="true"><rect class="track" y="2" width="64" height="4" rx="2"/><rect class="fill" y="2" width="{:.1f}" height="4" rx="2"/><rect class="tick" x="63" width="1.5" height="8"/></svg>)",
      ruler_class(share), std::clamp(share, 0.02, 1.5) * 64));
}

SafeHtml bar(int percent, std::string_view kind) {
  return SafeHtml(fmt::format(
      R"(<svg class="meter {}" width="100%" height="100%" aria-hidden="true"><rect class="track" width="100%" height="100%"/><rect class="fill" width="{}%" height="100%"/></svg>)",
      kind, std::clamp(percent, 0, 100)));
}

SafeHtml hour_chart(const std::vector<views::HourOfRuns>& hours) {
  const double unit = 36.0 / static_cast<double>(highest(hours));
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
      {{"d", pulse.down}, {"w", pulse.warning}, {"o", pulse.ok}, {"p", pulse.unknown + pulse.paused}}};
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
