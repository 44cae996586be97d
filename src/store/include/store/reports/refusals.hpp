#pragma once

#include <optional>
#include <string>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "store/sqlite/database.hpp"

// The last report that was refused: of a host, or of a customer where nobody could tell whose it was.
namespace holdfast::store {

struct Refusal {
  core::Time at;
  std::string why;  // a sentence

  bool operator==(const Refusal&) const = default;
};

void set_refusal(Transaction& transaction, const core::HostId& host, const Refusal& refusal);
// Its hosts that are not well are judged again soon.
void set_refusal(Transaction& transaction, const core::CustomerId& customer, const Refusal& refusal);
// Nothing once a report was taken since.
std::optional<Refusal> find_refusal(View& view, const core::HostId& host);
std::optional<Refusal> find_refusal(View& view, const core::CustomerId& customer);

}  // namespace holdfast::store
