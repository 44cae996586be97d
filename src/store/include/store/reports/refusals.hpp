#pragma once

#include <optional>
#include <string>

#include "core/ids.hpp"
#include "core/reports/report_state.hpp"
#include "core/time.hpp"
#include "store/sqlite/database.hpp"

// The last report that was refused: of a host, or of a customer where nobody could tell whose it was.
namespace holdfast::store {

void set_refusal(Transaction& transaction, const core::HostId& host, const core::Refusal& refusal);
// Its hosts that are not well are judged again soon.
void set_refusal(Transaction& transaction, const core::CustomerId& customer, const core::Refusal& refusal);
// Nothing once a report was taken since.
std::optional<core::Refusal> find_refusal(View& view, const core::HostId& host);
std::optional<core::Refusal> find_refusal(View& view, const core::CustomerId& customer);

}  // namespace holdfast::store
