#pragma once

#include "core/ids.hpp"
#include "runtime/secrets/crypto.hpp"
#include "text/ulid.hpp"

namespace holdfast::fleet {

// A fresh id of any kind: `new_id<core::JobId>(clock.now())`.
template <class AnyId>
AnyId new_id(core::Time now) {
  return AnyId(text::make_ulid(now, runtime::random_ulid_entropy()));
}

}  // namespace holdfast::fleet
