#include "fleet/live/readiness.hpp"

#include "core/time.hpp"
#include "runtime/log/log.hpp"
#include "store/accounts/accounts.hpp"
#include "store/sqlite/database.hpp"
#include "text/time.hpp"

namespace holdfast::fleet {
namespace {

constexpr std::chrono::seconds kAskEvery{1};

}  // namespace

runtime::Task<bool> Readiness::ready() {
  const auto now = clock_.steady();
  if (!stopping_ && (!asked_at_ || now - *asked_at_ >= kAskEvery)) {
    asked_at_ = now;
    writable_ = co_await takes_writes();
  }
  co_return writable_ && !stopping_;
}

runtime::Task<bool> Readiness::takes_writes() {
  try {
    const auto probe = [now = text::format_time(clock_.now())](store::Transaction& tx) {
      store::set_setting(tx, "last_ready_probe", now);
    };
    co_await database_.write(probe);
    co_return true;
  } catch (const core::DatabaseError& error) {
    runtime::log::error("database.not_writable", "The database takes no writes", {{"error", error.what()}});
    co_return false;
  }
}

}  // namespace holdfast::fleet
