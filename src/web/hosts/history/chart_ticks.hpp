#pragma once

#include <vector>

#include "kit/render/chart.hpp"

namespace holdfast::web {

// Round moments between the two, at most five: on the hour (UTC), at midnight, or at the first of a month.
std::vector<views::Tick> chart_ticks(core::Time from, core::Time to);

}  // namespace holdfast::web
