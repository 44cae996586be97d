#include "kit/render/manual.hpp"
#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

SettingsPage settings() {
  SettingsPage view;
  view.page = page("Settings", Section::Settings);
  view.fleet_wide_key = true;
  for (const Customer& customer : kCustomers) view.customer_keys += customer.keys;
  view.customers = customers_with_hosts();
  view.limits = {
      {"Last report", "under 30 min", "30 min to 1 h", "over 1 h"},
      {"Its own health", "ok", "warn", "fail"},
      {"Newest good backup", "within 26 h", "past 26 h", "past 2 d 4 h"},
      {"Last run", "succeeded", "partial, or failed", "3 failures in a row"},
      {"Fullest disk", "under 85%, and not full within 14 d", "85% or more, or full within 14 d", "over 97%"}};
  view.tag_limits = {{"db", "disk Down 97%", Url("/settings").query("tag", "db")},
                     {"weekly", "last good backup 192 hours", Url("/settings").query("tag", "weekly")}};
  view.tag_form = sample_limits(Url("/settings/tag-limits"), {"192", "", "", "", "", ""});
  view.tag_form.tag = "weekly";
  view.tag_form.hint = "An empty field is not set for the tag; with all of them empty its limits are removed.";
  view.tag_form.for_tag = true;
  view.retention = {{"Raw reports", "90 days"},
                    {"Aggregates", "731 days"},
                    {"Logs of jobs", "90 days"},
                    {"Jobs", "731 days"},
                    {"Audit log", "731 days"},
                    {"Pruned", "Every day at 04:30 Europe/Budapest"},
                    {"Next pruning", "Sat 21 Nov 2026, 04:30 Europe/Budapest"}};
  return view;
}

// The longest of what a manual has: tables, commands, lists.
ManualPage manual(std::string_view path) {
  const auto* const shown = web::find_chapter(path);
  ManualPage view;
  view.page = page(std::string(shown->title), Section::Manual);
  view.section = shown->section;
  view.title = shown->title;
  view.text = SafeHtml(std::string(shown->html));
  for (const auto& chapter : web::manual()) {
    if (view.parts.empty() || view.parts.back().name != chapter.section)
      view.parts.push_back({std::string(chapter.section), {}});
    view.parts.back().chapters.push_back({std::string(chapter.title), Url("/manual"), {}, chapter.path == path});
  }
  return view;
}

Preview show(std::string name, const ManualPage& view) {
  Preview result{std::move(name), {}};
  web::render_manual_page(result.html, view);
  return result;
}

Preview show(std::string name, const SettingsPage& view) {
  Preview result{std::move(name), {}};
  web::render_settings_page(result.html, view);
  return result;
}

}  // namespace

std::vector<Preview> settings_previews() {
  SettingsPage plain = settings();
  plain.insecure = true;
  SettingsPage safe = settings();
  safe.fleet_wide_key = false;
  SettingsPage doubted = settings();
  doubted.page.lived_until = before(std::chrono::days(40));
  return {show("settings", settings()),
          show("settings-safe", safe),
          show("settings-plain", plain),
          show("clock-doubted", doubted),
          show("manual-status", manual("guide/status")),
          show("manual-api", manual("reference/api"))};
}

}  // namespace holdfast::preview
