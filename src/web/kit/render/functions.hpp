#pragma once

#include <algorithm>
#include <string_view>

#include "asset_list.hpp"
#include "core/status/finding.hpp"
#include "fleet/palette_view.hpp"
#include "fleet/view.hpp"
#include "jobs/view.hpp"
#include "kit/render/chart.hpp"
#include "kit/render/url.hpp"
#include "kit/render/write.hpp"

// What templates call by name: assets, icons, marks of states, times and small drawings.
namespace holdfast::web::functions {

using views::SafeHtml;

// The name of an asset; an unknown one does not compile.
struct AssetName {
  consteval AssetName(const char* name) : url(find(name)) {}  // NOLINT: meant to convert
  static consteval std::string_view find(std::string_view name) {
    for (const auto& [known, url] : kAssetUrls) {
      if (known == name) return url;
    }
    throw "there is no such asset";
  }
  std::string_view url;
};

// The name of an icon of static/icons.txt or static/marks.svg; an unknown one does not compile.
struct IconName {
  consteval IconName(const char* known) : name(known) {  // NOLINT: meant to convert
    if (std::find(kIconNames.begin(), kIconNames.end(), name) == kIconNames.end()) throw "there is no such icon";
  }
  std::string_view name;
};

constexpr AssetUrl asset(AssetName name) {
  return AssetUrl(name.url);
}

// An icon beside words; it is hidden from assistive technology.
SafeHtml icon(IconName name);
SafeHtml small_icon(IconName name);

// The mark and the word of a state: shape, then word, then colour.
SafeHtml state(views::HostStatus status);
SafeHtml state(views::JobStatus status);
SafeHtml pill(views::HostStatus status);
SafeHtml pill(views::JobStatus status);
std::string_view word(views::JobStatus status);  // "Done"
// The class that colours the reason beside it: "c-down", "c-warn", or nothing.
std::string_view colour(views::HostStatus status);
std::string_view colour(views::JobStatus status);
std::string_view colour(views::Level level);
std::string_view tone(views::Tone tone);  // "down", "warn", "ok", "info"
SafeHtml tone_icon(views::Tone tone);
SafeHtml palette_icon(views::PaletteIcon icon);

// Below a field: the error when there is one, the hint otherwise; `id` is what aria-describedby names.
SafeHtml hint_or_error(std::string_view id, std::string_view hint, std::string_view error);
SafeHtml hint_or_error(std::string_view id, std::string_view id_end, std::string_view hint, std::string_view error);

std::string_view log_class(core::LogLevel level);  // "w", "x", or nothing
std::string_view log_word(core::LogLevel level);   // "info", "warn", "error"

// <time> elements. Script shows them in the reader's zone and keeps relative ones true.
SafeHtml ago(core::Time time, core::Time now);
SafeHtml until(core::Time time, core::Time now);
SafeHtml told_reason(const core::Words& reason, core::Time now);  // as filters::reason() tells it
SafeHtml moment(core::Time time);                                 // "Fri 20 Nov, 02:15"
SafeHtml minute(core::Time time);                                 // "02:15"
SafeHtml clock(core::Time time);                                  // "02:15:04"
SafeHtml day(core::Time time);                                    // "20 Nov"
SafeHtml month(core::Time time);                                  // "Nov 2026"
SafeHtml time_axis(const std::vector<views::Tick>& ticks);

// Drawings, as SVG with a sentence for those who do not see them.
SafeHtml run_strip(const views::RunStrip& strip);
SafeHtml ruler(const views::RecoveryPoint& point);
SafeHtml recovery_age(const views::RecoveryPoint& point);  // "31 h ago", coloured when it is past the limit
SafeHtml bar(int percent, std::string_view kind);          // kind: a class, "run" or "ok"
SafeHtml meter(int percent, views::Level level);
SafeHtml chart_drawing(const views::Chart& chart);
SafeHtml spark(const std::vector<double>& percents);  // hour by hour
SafeHtml cells(const views::CellGroup& group);
SafeHtml cell(const views::Cell& cell);
SafeHtml legend_cell(views::CellMark mark);
SafeHtml hour_chart(const std::vector<views::HourOfRuns>& hours);
SafeHtml hour_totals(const std::vector<views::HourOfRuns>& hours);  // "61 ok, 2 partial, 3 failed"
SafeHtml skeleton();                                                // of a table that is loading
SafeHtml throughput_chart(const views::Throughput& throughput);
SafeHtml throughput_scale(const views::Throughput& throughput);  // of its height, from the top down
SafeHtml proportions(const views::Pulse& pulse);
SafeHtml artwork();  // of the sign-in page; always the same

}  // namespace holdfast::web::functions
