#pragma once

#include <string>

#include "kit/parts.hpp"

namespace holdfast::web {

// Where the page that was found lies, and the way to the others. `address_of` makes the address of the page that a
// cursor names; an empty one names the first.
template <class Found, class Address>
views::Pager show_pager(const Found& found, std::size_t shown, std::size_t total, const Address& address_of) {
  views::Pager pager;
  pager.from = found.before + (shown == 0 ? 0 : 1);
  pager.to = found.before + shown;
  pager.total = total;
  if (found.before > 0) {
    pager.first = address_of("");
    pager.previous = address_of(found.previous);
  }
  if (!found.next.empty()) pager.next = address_of(found.next);
  if (!found.last.empty()) pager.last = address_of(found.last);
  return pager;
}

}  // namespace holdfast::web
