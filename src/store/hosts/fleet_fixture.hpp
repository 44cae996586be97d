#pragma once

#include <string>
#include <vector>

#include "core/hosts/fleet.hpp"
#include "core/hosts/host.hpp"
#include "core/reports/report_state.hpp"
#include "reports/sample_rows.hpp"
#include "store/hosts/fleet_list.hpp"

// A fleet for the tests of its lists.
namespace holdfast::store {

class FleetTest : public SampleTest {
 protected:
  static constexpr core::Time kNow{std::chrono::hours(500'000)};
  static core::Time ago(core::milliseconds age) { return kNow - age; }

  void set_state(const core::HostId& host, core::HostState state) {
    write([&](Transaction& transaction) { set_status(transaction, host, {state, {}, at(1), std::nullopt}); });
  }
  core::Host add(const std::string& name, core::HostState state = core::HostState::Ok) {
    const core::Host host = add_host_named(name);
    set_state(host.id, state);
    return host;
  }
  template <class Change>
  void report(const core::HostId& host, core::Time at, Change change) {
    core::ReportState state;
    state.host = host;
    state.at = at;
    state.received_at = at;
    change(state);
    write([&](Transaction& transaction) { set_report_state(transaction, state); });
  }
  void report_figures(const core::HostId& host, const core::ReportFigures& figures) {
    report(host, ago(core::milliseconds(1000)), [&](core::ReportState& state) { state.figures = figures; });
  }
  void report_backup(const core::HostId& host, core::Time at) {
    core::ReportFigures figures;
    figures.backup_at = at;
    report_figures(host, figures);
    write([&](Transaction& transaction) {
      auto status = find_status(transaction, host).value_or(core::JudgedStatus());
      status.protected_at = at;
      set_status(transaction, host, status);
    });
  }

  static core::FleetQuery query(std::string_view filter, core::FleetSort sort = core::FleetSort::Name,
                                bool reversed = false) {
    core::FleetQuery query;
    query.filter = core::parse_filter(filter).value();
    query.sort = sort;
    query.reversed = reversed;
    return query;
  }
  std::vector<core::FleetRow> rows(const core::FleetQuery& query) {
    return read([&](View& view) { return list_fleet(view, query, kNow); }).value();
  }
  std::vector<std::string> names(const core::FleetQuery& query) {
    std::vector<std::string> names;
    for (const core::FleetRow& row : rows(query)) names.push_back(row.host.name);
    return names;
  }
  std::vector<std::string> names(std::string_view filter) { return names(query(filter)); }
  core::FleetRow row(const core::HostId& host) {
    return read([&](View& view) { return list_fleet_rows(view, {host}, kNow); }).at(0);
  }
};

}  // namespace holdfast::store
