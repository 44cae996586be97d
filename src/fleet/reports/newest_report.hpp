#pragma once

#include <optional>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "store/reports/reports.hpp"

namespace holdfast::fleet {

// What the newest report of all hosts of a customer says.
std::optional<store::ReportState> newest_of_customer(store::View& view, const core::CustomerId& customer,
                                                     core::Time now);

}  // namespace holdfast::fleet
