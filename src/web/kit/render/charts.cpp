#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kit/render/filters.hpp"
#include "kit/render/functions.hpp"
#include "text/ascii.hpp"

// Graphs of figures over time, and the grid of the fleet. A figure that is missing is NaN and leaves a gap.
namespace holdfast::web::functions {
namespace {

// Unstretched units across and down the inner drawing of a chart.
constexpr double kWidth = 600;
constexpr double kHeight = 100;

// Of a place in the drawing, to a tenth.
std::string coordinate(double place) {
  const long tenths = std::lround(place * 10);
  std::string text(fmt::format_int(tenths / 10).c_str());
  text += '.';
  text += static_cast<char>('0' + tenths % 10);
  return text;
}

// A path through the shares of the height, broken where one is missing. A line that stands alone is a short dash; an
// area is closed down to the bottom, each unbroken stretch by itself.
enum class PathKind { Line, Area };

std::string path_through(const std::vector<double>& shares, PathKind kind) {
  const double step = shares.size() > 1 ? kWidth / static_cast<double>(shares.size() - 1) : kWidth;
  std::string path;
  std::string left;  // where the stretch begins
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (std::isnan(shares[i])) continue;
    const bool begins = i == 0 || std::isnan(shares[i - 1]);
    const bool ends = i + 1 == shares.size() || std::isnan(shares[i + 1]);
    std::string x = coordinate(static_cast<double>(i) * step);
    path += begins ? 'M' : 'L';
    path += x;
    path += ' ';
    path += coordinate(kHeight - std::clamp(shares[i], 0.0, 1.0) * kHeight);
    if (begins) left = std::move(x);
    if (ends && kind == PathKind::Area) path.append("V100H").append(left).append("Z");
    if (begins && ends && kind == PathKind::Line) path += "h3";
  }
  return path;
}

void append_spans(std::string& out, const std::vector<views::ChartSpan>& spans, std::string_view kind) {
  for (const auto& span : spans) {
    const double width = std::max(span.to - span.from, 0.004);
    const double from = std::min(span.from, 1 - width);  // within the drawing
    out +=
        fmt::format(R"(<rect class="{}" x="{:.2f}%" width="{:.2f}%" height="100%"/>)", kind, from * 100, width * 100);
  }
}

char cell_class(views::CellMark mark) {
  switch (mark) {
    case views::CellMark::Warning:
      return 'w';
    case views::CellMark::Down:
      return 'd';
    case views::CellMark::Off:
      return 'p';
    case views::CellMark::Unknown:
      return 'u';
    case views::CellMark::Ok:
      break;
  }
  return 0;
}

std::string cell_title(const views::Cell& cell) {
  return cell.reason.empty() ? std::string(cell.name)
                             : fmt::format("{}: {}", cell.name, filters::reason(cell.reason, cell.now));
}

// An attribute's value may stand without quotes when nothing in it could end it.
bool needs_quotes(std::string_view text) {
  return text.empty() || !std::ranges::all_of(text, [](char c) {
           return text::is_digit(c) || text::is_letter(c) || c == '-' || c == '_' || c == '.';
         });
}

void append_cell(std::string& out, const views::Cell& cell) {
  out += "<p id=c";
  for (const char c : cell.id) {
    if (!needs_quotes(std::string_view(&c, 1))) out += c;
  }
  if (const char kind = cell_class(cell.mark)) out.append(" class=").push_back(kind);
  const std::string title = cell_title(cell);
  out += " title=";
  if (needs_quotes(title)) {
    out += '"';
    append_escaped(out, title);
    out += '"';
  } else {
    out += title;
  }
  out += '>';
}

SafeHtml tick_label(const views::Tick& tick) {
  switch (tick.label) {
    case views::TimeLabel::Minute:
      return minute(tick.at);
    case views::TimeLabel::Day:
      return day(tick.at);
    case views::TimeLabel::Month:
      break;
  }
  return month(tick.at);
}

}  // namespace

SafeHtml chart_drawing(const views::Chart& chart) {
  std::string out = R"(<svg class="graph" width="100%" height="100%" aria-hidden="true">)";
  append_spans(out, chart.jobs, "job");
  append_spans(out, chart.gaps, "gap");
  out += R"(<svg viewBox="0 0 600 100" preserveAspectRatio="none"><path class="g" d="M0 100H600M0 50H600M0 0H600"/>)";
  for (std::size_t i = chart.lines.size(); i-- > 0;) {
    const auto& shares = chart.lines[i].shares;
    if (i == 0) out += fmt::format(R"(<path class="a1" d="{}"/>)", path_through(shares, PathKind::Area));
    out += fmt::format(R"(<path class="l{}" d="{}"/>)", i + 1, path_through(shares, PathKind::Line));
  }
  if (chart.limit >= 0 && chart.limit <= 1)
    out += fmt::format(R"(<path class="lm" d="M0 {:.1f}H600"/>)", kHeight - chart.limit * kHeight);
  return SafeHtml(out + R"(</svg><line class="cursor" y2="100%"/></svg>)");
}

SafeHtml spark(const std::vector<double>& percents) {
  if (percents.empty()) return {};
  double top = 50;
  for (const double percent : percents) top = std::isnan(percent) ? top : std::max(top, percent);
  std::string line;
  for (std::size_t i = 0; i < percents.size(); ++i) {
    if (std::isnan(percents[i])) continue;
    const bool begins = i == 0 || std::isnan(percents[i - 1]);
    line += fmt::format(FMT_COMPILE("{}{} {}"), begins ? "M" : "L", i * 2,
                        std::lround(17 - std::max(0.0, percents[i]) / top * 16));
  }
  return SafeHtml(fmt::format(
      R"(<svg class="spark" width="48" height="18" viewBox="0 0 48 18" aria-hidden="true"><path d="{}"/></svg>)",
      line));
}

SafeHtml cells(const views::CellGroup& group) {
  std::string out;
  out.reserve(group.cells.size() * 64);
  for (const auto& cell : group.cells) append_cell(out, cell);
  return SafeHtml(std::move(out));
}

SafeHtml cell(const views::Cell& cell) {
  std::string out;
  append_cell(out, cell);
  return SafeHtml(out + "</p>");
}

SafeHtml legend_cell(views::CellMark mark) {
  const char kind = cell_class(mark);
  return SafeHtml(fmt::format(R"(<i class="cell{}{}"></i>)", kind ? " " : "", kind ? std::string(1, kind) : ""));
}

SafeHtml time_axis(const std::vector<views::Tick>& ticks) {
  std::string out = R"(<svg class="axis" width="100%" height="16">)";
  for (const auto& tick : ticks) {
    out += fmt::format(R"(<svg x="{:.2f}%"><foreignObject x="-40" width="80" height="16"><p>)", tick.place * 100);
    out += tick_label(tick).text();
    out += "</p></foreignObject></svg>";
  }
  return SafeHtml(out + "</svg>");
}

}  // namespace holdfast::web::functions
