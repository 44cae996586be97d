#include "fleet/live/clock_guard.hpp"

#include "live/alive_at.hpp"
#include "runtime/log/log.hpp"
#include "store/accounts/accounts.hpp"
#include "store/sqlite/database.hpp"
#include "text/time.hpp"

namespace holdfast::fleet {
namespace {

constexpr std::string_view kDoubted = "hub.clock_doubted";

std::optional<core::Time> find_time(store::View& view, std::string_view name) {
  const auto stored = store::find_setting(view, name);
  return stored ? text::parse_time(*stored) : std::nullopt;
}

}  // namespace

Task<> ClockGuard::start() {
  const auto now = clock_.now();
  const auto look = [](store::View& view) {
    const auto doubted = find_time(view, kDoubted);
    return doubted ? doubted : find_time(view, kAliveAt);
  };
  const auto lived_until = co_await database_.read(look);
  last_round_ = lived_until.value_or(now);
  co_await round();
  if (!lived_until_) co_await forget_doubt();
}

Task<> ClockGuard::round() {
  const auto now = clock_.now();
  const auto known = lived_until_.value_or(last_round_);
  const bool is_far = now - known > kFar;
  if (is_far && !lived_until_) co_await doubt(known);
  if (!is_far && lived_until_) co_await trust();
  last_round_ = now;
}

Task<> ClockGuard::doubt(core::Time lived_until) {
  const auto save = [=](store::Transaction& tx) { store::set_setting(tx, kDoubted, text::format_time(lived_until)); };
  co_await database_.write(save);
  lived_until_ = lived_until;
  runtime::log::error("hub.clock_doubted",
                      "The clock is far beyond the last moment at which the hub lived; nothing is removed by age until "
                      "somebody says on the page Settings that the clock is right",
                      {{"lived_until", text::format_time(lived_until)}, {"now", text::format_time(clock_.now())}});
}

Task<> ClockGuard::forget_doubt() {
  const auto forget = [](store::Transaction& tx) { store::remove_setting(tx, kDoubted); };
  co_await database_.write(forget);
}

Task<> ClockGuard::trust() {
  co_await forget_doubt();
  lived_until_.reset();
  runtime::log::info("hub.clock_trusted", "The clock is taken for right again");
}

Task<> ClockGuard::confirm(Actor actor) {
  if (!lived_until_) co_return;
  const auto note = [](Unit& unit) -> core::Result<> {
    unit.audit("hub.confirm_clock", "", text::format_time(unit.now()));
    return {};
  };
  co_await units_.run(std::move(actor), note);
  co_await trust();
}

}  // namespace holdfast::fleet
