#include <fmt/format.h>

#include "pages/pages.hpp"
#include "render/filters.hpp"
#include "templates.hpp"
#include "views/settings.hpp"

namespace holdfast::web {
namespace {

// A limit as people set it: "30 min", "26 h".
std::string limit_text(std::chrono::seconds limit) {
  return filters::duration(limit);
}

std::vector<views::LimitRow> limit_rows(const core::StatusLimits& limits) {
  const auto warning = limit_text(core::silence_warning(limits));
  const auto down = limit_text(limits.silence_down);
  const auto age = limit_text(limits.backup_age);
  const auto soon = limit_text(limits.disk_full_within);
  return {
      {"Last report", fmt::format("under {}", warning), fmt::format("{} to {}", warning, down),
       fmt::format("over {}", down)},
      {"Its own health", "ok", "warn", "fail"},
      {"Newest good backup", fmt::format("within {}", age), fmt::format("past {}", age),
       fmt::format("past {}", limit_text(limits.backup_age * 2))},
      {"Last run", "succeeded", "partial, or failed",
       filters::plural(static_cast<std::uint64_t>(limits.failures_down), "failure", "failures in a row")},
      {"Fullest disk", fmt::format("under {}%, and not full within {}", limits.disk_warning, soon),
       fmt::format("{}% or more, or full within {}", limits.disk_warning, soon),
       fmt::format("over {}%", limits.disk_down)},
  };
}

std::vector<views::Fact> retention_facts(const fleet::Retention& retention) {
  const auto& options = retention.options();
  std::vector<views::Fact> facts{
      {"Each report", filters::plural(static_cast<std::uint64_t>(options.raw.count()), "day", "days")},
      {"By the hour and by the day",
       filters::plural(static_cast<std::uint64_t>(options.roll_ups.count()), "day", "days")}};
  if (const auto next = retention.next_prune()) facts.push_back({"Pruned next", filters::datetime(*next)});
  return facts;
}

}  // namespace

SettingsPages::SettingsPages(http::Router& router, Guard& guard, Shell& shell) : shell_(shell) {
  add_page(router, guard, this, "GET", "/settings", &SettingsPages::show);
}

Task<http::Response> SettingsPages::show(http::Request& request, Visitor visitor) {
  auto& parts = shell_.parts();
  views::SettingsPage page;
  page.page = co_await shell_.page(request, visitor, "Settings", views::Section::Settings);
  page.fleet_wide_key = parts.settings.fleet_wide_key;
  page.limits = limit_rows(parts.watch.limits());
  page.retention = retention_facts(parts.retention);
  const auto summary = co_await parts.summary.read();
  page.customers = summary.customers;
  page.customer_keys = summary.customer_keys;
  co_return render(200, render_settings_page, page);
}

}  // namespace holdfast::web
