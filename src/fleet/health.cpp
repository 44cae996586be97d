#include "fleet/health.hpp"

#include "core/time.hpp"
#include "runtime/log.hpp"
#include "store/accounts.hpp"

namespace holdfast::fleet {

runtime::Task<bool> Health::ready() {
  if (stopping_) co_return false;
  try {
    const auto probe = [now = core::format_time(clock_.now())](store::Transaction& tx) {
      store::set_setting(tx, "last_ready_probe", now);
    };
    co_await database_.write(probe);
    co_return true;
  } catch (const store::DatabaseError& error) {
    runtime::log::error("database.not_writable", "The database takes no writes", {{"error", error.what()}});
    co_return false;
  }
}

}  // namespace holdfast::fleet
