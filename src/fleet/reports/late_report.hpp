#pragma once

#include <optional>

#include "core/time.hpp"
#include "store/reports/reports.hpp"

namespace holdfast::fleet {

// By how much the clock of a host is behind whose report came at `now` and names a moment `late_by` before; nothing
// when the report came late. A clock that is behind shows in reports that are late by the same, in step with their
// arrival, or in a moment when nobody's clock was; reports that were kept back come one after the other and name
// moments far apart.
std::optional<core::milliseconds> clock_behind(const store::ClockEvidence& before, core::milliseconds late_by,
                                               core::Time now);

}  // namespace holdfast::fleet
