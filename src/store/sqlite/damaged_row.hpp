#pragma once

#include "core/database_error.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::store {

// A row that this program cannot read: the disk damaged it, or a newer program wrote it. Whoever lists rows goes on
// with the others, and for whoever looks for it, it is not there.
class DamagedRow : public core::DatabaseError {
 public:
  using core::DatabaseError::DatabaseError;
};

}  // namespace holdfast::store
