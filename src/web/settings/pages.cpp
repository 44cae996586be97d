#include <fmt/format.h>

#include "core/reports/report_interval.hpp"
#include "hosts/limits/limits_form.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/render/filters.hpp"
#include "settings/pages.hpp"
#include "settings/show_retention.hpp"
#include "settings/view.hpp"
#include "templates.hpp"

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

}  // namespace

SettingsPages::SettingsPages(http::Router& router, Guard& guard, Shell& shell, fleet::Hosts& hosts,
                             fleet::Customers& customers, fleet::Summary& summary, const fleet::Watch& watch,
                             fleet::RecordExpiry& record_expiry, const Settings& settings)
    : shell_(shell),
      hosts_(hosts),
      customers_(customers),
      summary_(summary),
      watch_(watch),
      record_expiry_(record_expiry),
      settings_(settings) {
  add_page(router, guard, this, "GET", "/settings", &SettingsPages::show);
  add_page(router, guard, this, "POST", "/settings/tag-limits", &SettingsPages::set_tag_limits);
  add_page(router, guard, this, "POST", "/settings/clock", &SettingsPages::confirm_clock);
}

Task<http::Response> SettingsPages::show(http::Request& request, Visitor visitor) {
  return page(request, std::move(visitor), nullptr);
}

Task<http::Response> SettingsPages::page(http::Request& request, Visitor visitor, const core::Error* error) {
  views::SettingsPage page;
  page.page = co_await shell_.page(request, visitor, "Settings", views::Section::Settings);
  page.insecure = is_readable_on_the_way(request);
  page.fleet_wide_key = settings_.fleet_wide_key;
  page.limits = limit_rows(watch_.limits());
  page.short_silence = core::silence_warning(watch_.limits()) < core::kReportInterval;
  page.retention = show_retention(record_expiry_.options(), record_expiry_.next_prune());
  const auto summary = co_await summary_.read();
  core::CustomerQuery customers;
  customers.limit = 1;
  page.customers = (co_await customers_.page(std::move(customers))).total;
  page.customer_keys = summary.customer_keys;
  const auto tags = co_await hosts_.tag_limits();
  for (const auto& [tag, limits] : tags)
    page.tag_limits.push_back({tag, limits_text(limits), views::Url("/settings").query("tag", tag)});
  const std::string wanted(request.query_value("tag"));
  const auto found = tags.find(wanted);
  page.tag_form =
      show_limits(views::Url("/settings/tag-limits"), found == tags.end() ? core::LimitSet() : found->second);
  page.tag_form.for_tag = true;
  page.tag_form.tag = wanted;
  page.tag_form.hint = "An empty field is not set for the tag; with all of them empty its limits are removed.";
  if (error) keep_typed(page.tag_form, form_of(request), error->message);
  co_return render(error ? status_of(error->kind) : 200, render_settings_page, page);
}

Task<http::Response> SettingsPages::set_tag_limits(http::Request& request, Visitor visitor) {
  const auto form = form_of(request);
  const auto limits = read_limits(form);
  core::Result<> set;
  if (limits)
    set = co_await hosts_.set_tag_limits(std::string(form.get("tag")), *limits, visitor.actor());
  else
    set = std::unexpected(limits.error());
  if (set) co_return redirect_with(Flash::Saved, views::Url("/settings"));
  co_return co_await page(request, std::move(visitor), &set.error());
}

Task<http::Response> SettingsPages::confirm_clock(http::Request&, Visitor visitor) {
  co_await record_expiry_.clock_guard().confirm(visitor.actor());
  co_return redirect_with(Flash::ClockConfirmed, views::Url("/settings"));
}

}  // namespace holdfast::web
