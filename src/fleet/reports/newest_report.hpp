#pragma once

#include <optional>

#include "core/ids.hpp"
#include "core/reports/report_state.hpp"
#include "core/time.hpp"
#include "store/reports/reports.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {

// What the newest report of all hosts of a customer says.
std::optional<core::ReportState> newest_of_customer(store::View& view, const core::CustomerId& customer,
                                                    core::Time now);

}  // namespace holdfast::fleet
