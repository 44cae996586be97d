#include "fleet/json_fleet.hpp"

#include "kit/json/json_values.hpp"
#include "kit/json/json_views.hpp"
#include "kit/queries.hpp"
#include "text/time.hpp"

namespace holdfast::web {
namespace json = boost::json;
namespace {

json::value pause_or_null(const std::optional<core::Pause>& pause) {
  if (!pause) return nullptr;
  return json::object{{"until", or_null(pause->until)},
                      {"reason", pause->reason},
                      {"by", pause->by},
                      {"since", text::format_time(pause->since)}};
}

json::value seconds_or_null(std::optional<core::milliseconds> time) {
  return time ? json::value(std::chrono::floor<std::chrono::seconds>(*time).count()) : json::value(nullptr);
}

json::value summary_or_null(const std::optional<core::ReportState>& report) {
  return report ? json::value(to_json(*report)) : json::value(nullptr);
}

std::string_view word_of(core::PingKind kind) {
  switch (kind) {
    case core::PingKind::Success:
      return "success";
    case core::PingKind::Start:
      return "start";
    case core::PingKind::Failure:
      return "failure";
  }
  std::unreachable();
}

std::string_view word_of(core::KeyKind kind) {
  switch (kind) {
    case core::KeyKind::Report:
      return "report";
    case core::KeyKind::Ping:
      return "ping";
    case core::KeyKind::Heartbeat:
      return "heartbeat";
  }
  std::unreachable();
}

json::value ping_or_null(const std::optional<core::Ping>& ping) {
  if (!ping) return nullptr;
  return json::object{{"at", text::format_time(ping->at)},
                      {"kind", word_of(ping->kind)},
                      {"detail", ping->detail},
                      {"every_seconds", ping->every.count()}};
}

json::array states_json(const std::vector<core::JobState>& runs) {
  json::array array;
  for (const auto run : runs) array.emplace_back(to_text(run));
  return array;
}

json::object customer_json(const core::CustomerId& id, std::string_view slug, std::string_view name) {
  return {{"id", id.text()}, {"slug", slug}, {"name", name}};
}

void add_host(json::object& object, const core::Host& host, const std::optional<fleet::Agents::Presence>& presence,
              const std::optional<core::ReportState>& report) {
  object["id"] = host.id.text();
  object["name"] = host.name;
  object["kind"] = host.enrolled ? "agent" : "report";
  object["connected"] = presence.has_value();
  object["hostname"] = host.facts.hostname;
  object["os"] = host.facts.os;
  object["arch"] = host.facts.arch;
  object["kernel"] = host.facts.kernel;
  object["agent_version"] = host.facts.agent_version;
  object["restic_version"] = host.facts.restic_version;
  object["created_at"] = text::format_time(host.created_at);
  object["needs_backup"] = host.needs_backup;
  object["last_seen_at"] = or_null(last_seen(host, presence, report));
}

void add_status(json::object& object, const core::JudgedStatus& status, const std::optional<core::Pause>& pause) {
  object["status"] = to_text(status.state);
  object["reason"] = status.reason();
  object["status_since"] = text::format_time(status.since);
  object["unprotected"] = status.unprotected;
  object["last_backup_at"] = or_null(status.protected_at);
  object["backup_limit_seconds"] =
      status.limits ? json::value(status.limits->backup_age.count()) : json::value(nullptr);
  object["pause"] = pause_or_null(pause);
}

json::object overview_json(const fleet::HostOverview& overview) {
  json::object object;
  add_host(object, overview.host, overview.presence, overview.report);
  object["customer"] = customer_json(overview.customer.id, overview.customer.slug, overview.customer.name);
  add_status(object, overview.status, overview.pause ? overview.pause : overview.customer_pause);
  object["tags"] = to_array(overview.tags);
  object["last_success_at"] = or_null(overview.last_success_at);
  object["current_job_id"] = overview.current ? json::value(overview.current->id.text()) : json::value(nullptr);
  object["runs"] = states_json(overview.runs);
  object["report"] = summary_or_null(overview.report);
  object["has_bearer"] = overview.has_bearer;
  return object;
}

void add_figures(json::object& object, const core::ReportFigures& figures) {
  object["health"] = figures.health ? json::value(to_text(*figures.health)) : json::value(nullptr);
  object["issue"] = figures.issue;
  object["issues"] = figures.issues;
  object["cpu_percent"] = or_null(figures.cpu_percent);
  object["memory_percent"] = or_null(figures.memory_percent);
  object["swap_percent"] = or_null(figures.swap_percent);
  object["load"] = or_null(figures.load);
  object["temperature_celsius"] = or_null(figures.temperature_celsius);
  object["disk_percent"] = or_null(figures.disk_percent);
  object["disk_mount"] = figures.disk_mount;
  object["disk_used_bytes"] = or_null(figures.disk_used_bytes);
  object["disk_total_bytes"] = or_null(figures.disk_total_bytes);
  object["containers"] = or_null(figures.containers);
  object["containers_running"] = or_null(figures.containers_running);
  object["containers_unhealthy"] = or_null(figures.containers_unhealthy);
  object["containers_troubled"] = or_null(figures.containers_troubled);
  object["backup_at"] = or_null(figures.backup_at);
  object["backup_run_at"] = or_null(figures.backup_run_at);
  object["backup_status"] = figures.backup_status;
  object["backup_next"] = or_null(figures.backup_next);
  object["snapshots"] = or_null(figures.snapshots);
  object["repository_bytes"] = or_null(figures.repository_bytes);
  object["uptime_seconds"] = or_null(figures.uptime_seconds);
}

// What no report said is left out: a year of points would be half nulls.
void add_value(json::object& object, std::string_view name, const std::optional<double>& value) {
  if (value) object.emplace(name, *value);
}

void add_rates(json::object& object, const core::RollUp& point) {
  add_value(object, "network_received_bytes_per_second", point.network_received);
  add_value(object, "network_sent_bytes_per_second", point.network_sent);
  add_value(object, "disk_read_bytes_per_second", point.disk_read);
  add_value(object, "disk_written_bytes_per_second", point.disk_written);
  json::object containers;
  for (const auto& [name, use] : point.container_use) {
    json::object values;
    add_value(values, "cpu_percent", use.cpu_mean);
    add_value(values, "memory_bytes_max", use.memory_max);
    containers.emplace(name, std::move(values));
  }
  if (!containers.empty()) object.emplace("containers", std::move(containers));
}

json::object point_json(const core::RollUp& point) {
  json::object object{{"at", text::format_time(point.start)}, {"reports", point.reports}};
  add_value(object, "cpu_percent", point.cpu_mean);
  add_value(object, "cpu_percent_max", point.cpu_max);
  add_value(object, "memory_percent", point.memory_mean);
  add_value(object, "memory_percent_max", point.memory_max);
  add_value(object, "swap_percent_max", point.swap_max);
  add_value(object, "load", point.load_mean);
  add_value(object, "temperature_celsius_max", point.temperature_max);
  add_value(object, "disk_percent_max", point.disk_max);
  add_value(object, "containers_total_max", point.containers_total);
  add_value(object, "containers_running_min", point.containers_running);
  add_value(object, "containers_unhealthy_max", point.containers_unhealthy);
  if (point.backup_age) object.emplace("backup_age_seconds_max", point.backup_age->count());
  json::object disks;
  for (const auto& [mount, percent] : point.disks) disks.emplace(mount, percent);
  if (!disks.empty()) object.emplace("disks", std::move(disks));
  add_rates(object, point);
  return object;
}

std::string_view step_text(fleet::HistoryStep step) {
  switch (step) {
    case fleet::HistoryStep::Raw:
      return "raw";
    case fleet::HistoryStep::Hour:
      return "hour";
    case fleet::HistoryStep::Day:
      return "day";
  }
  std::unreachable();
}

}  // namespace

json::value refusal_or_null(const std::optional<core::Refusal>& refusal) {
  if (!refusal) return nullptr;
  return json::object{{"at", text::format_time(refusal->at)}, {"reason", refusal->why}};
}

json::object to_json(const fleet::FleetHost& host) {
  const auto& row = host.row;
  json::object object;
  add_host(object, row.host, host.presence, row.report);
  object["customer"] = customer_json(row.host.customer, row.customer_slug, row.customer_name);
  add_status(object, row.status, row.pause);
  object["tags"] = to_array(row.tags);
  object["last_success_at"] = or_null(row.last_success_at);
  object["current_job_id"] = or_null(row.current_job);
  object["runs"] = states_json(row.runs);
  object["report"] = summary_or_null(row.report);
  return object;
}

json::object to_json(const fleet::HostDetail& detail) {
  json::object object = overview_json(detail.overview);
  object["refusal"] = refusal_or_null(detail.overview.refusal);
  object["ping"] = ping_or_null(detail.overview.ping);
  object["notes"] = detail.notes;
  json::array groups;
  for (const auto& group : detail.source_groups) {
    auto shown = to_json(group);
    const auto last = detail.last_good.find(group.id);
    shown["last_backup_at"] =
        last == detail.last_good.end() ? json::value(nullptr) : json::value(text::format_time(last->second));
    groups.emplace_back(std::move(shown));
  }
  object["source_groups"] = std::move(groups);
  json::array repositories;
  for (const auto& repository : detail.repositories) repositories.emplace_back(repository.id.text());
  object["repository_ids"] = std::move(repositories);
  json::array names;
  for (const auto& [repository, name] : detail.snapshot_hosts)
    names.push_back(json::object{{"repository_id", repository.text()}, {"name", name}});
  object["snapshot_hosts"] = std::move(names);
  return object;
}

json::object to_json(const core::FleetCounts& counts) {
  return {{"total", counts.total()}, {"ok", counts.ok},           {"waiting", counts.waiting},
          {"paused", counts.paused}, {"warning", counts.warning}, {"down", counts.down}};
}

json::object to_json(const core::CustomerRow& row) {
  json::object object = customer_json(row.customer.id, row.customer.slug, row.customer.name);
  object["created_at"] = text::format_time(row.customer.created_at);
  const auto state = core::state_of(row);
  object["status"] = state ? json::value(to_text(*state)) : json::value(nullptr);
  object["hosts"] = to_json(row.counts);
  object["pause"] = pause_or_null(row.pause);
  object["keys"] = row.keys;
  object["report"] = summary_or_null(row.report);
  return object;
}

json::object to_json(const core::CustomerKey& key) {
  return {{"id", key.id.text()},
          {"hint", key.hint},
          {"created_by", key.created_by},
          {"created_at", text::format_time(key.created_at)},
          {"expires_at", or_null(key.expires_at)},
          {"last_used_at", or_null(key.last_used_at)},
          {"kind", word_of(key.kind)},
          {"host", key.host_name},
          {"every_seconds", key.every.count()}};
}

json::object to_json(const fleet::MadeKey& key) {
  return {{"id", key.id.text()}, {"key", key.key}, {"hint", key.hint}};
}

json::object to_json(const core::ReportState& report) {
  json::object object{{"host_id", report.host.text()},
                      {"at", text::format_time(report.at)},
                      {"received_at", text::format_time(report.received_at)},
                      {"clock_ahead", report.clock_ahead},
                      {"clock_behind_seconds", seconds_or_null(report.clock_behind)},
                      {"controller_version", report.controller_version},
                      {"config_hash", report.config_hash}};
  add_figures(object, report.figures);
  return object;
}

json::object to_json(const fleet::ReceivedReport& received) {
  return {{"customer_id", received.customer_slug}, {"host", received.host_name},
          {"host_id", received.host.text()},       {"at", text::format_time(received.at)},
          {"duplicate", received.duplicate},       {"clock_ahead", received.clock_ahead},
          {"clock_behind", received.clock_behind}, {"warnings", to_array(received.warnings)}};
}

json::object to_json(const fleet::History& history) {
  json::object object{{"from", text::format_time(history.from)},
                      {"to", text::format_time(history.to)},
                      {"step", step_text(history.step)},
                      {"step_seconds", history.step_seconds.count()}};
  json::array points;
  for (const auto& point : history.points) points.emplace_back(point_json(point));
  object["points"] = std::move(points);
  return object;
}

void hide_operator(json::object& host_or_customer) {
  if (auto* const pause = host_or_customer["pause"].if_object()) pause->erase("by");
}

json::object to_json(const core::ReportMoment& report) {
  return {{"id", report_id(report.at)},
          {"at", text::format_time(report.at)},
          {"received_at", text::format_time(report.received_at)},
          {"clock_ahead", report.clock_ahead},
          {"clock_behind", report.clock_behind}};
}

}  // namespace holdfast::web
