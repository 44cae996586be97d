#pragma once

#include <boost/json/object.hpp>

#include "core/accounts/customer.hpp"
#include "core/hosts/fleet.hpp"
#include "core/reports/report_state.hpp"
#include "fleet/accounts/customers.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/reports/histories.hpp"
#include "fleet/reports/reports.hpp"

// The JSON shapes of hosts, customers and their reports, as the .yaml files beside them describe them.
namespace holdfast::web {

boost::json::object to_json(const fleet::FleetHost& host);
// With what is told of one host alone.
boost::json::object to_json(const fleet::HostDetail& detail);
boost::json::object to_json(const core::FleetCounts& counts);
boost::json::object to_json(const core::CustomerRow& row);
boost::json::object to_json(const core::CustomerKey& key);
boost::json::object to_json(const fleet::MadeKey& key);
boost::json::object to_json(const core::ReportState& report);
boost::json::object to_json(const fleet::ReceivedReport& received);
boost::json::object to_json(const fleet::History& history);
// When it was made and came; not the document.
boost::json::object to_json(const core::ReportMoment& report);

// {"at":…,"reason":…}: why a report was refused.
boost::json::value refusal_or_null(const std::optional<core::Refusal>& refusal);

// For keys: who paused it is an operator's name, which is not for customers.
void hide_operator(boost::json::object& host_or_customer);

}  // namespace holdfast::web
