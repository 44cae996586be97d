#pragma once

#include <optional>
#include <vector>

#include "fleet/reports/record_expiry.hpp"
#include "kit/parts.hpp"

namespace holdfast::web {

// How long what is kept. Times of day are in the configured zone, which stands beside them.
std::vector<views::Fact> show_retention(const fleet::RecordExpiryOptions& options,
                                        std::optional<core::Time> next_prune);

}  // namespace holdfast::web
