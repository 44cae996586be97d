#include "fleet/live/unit.hpp"

#include <exception>
#include <functional>
#include <set>
#include <stdexcept>
#include <utility>

#include "store/accounts/accounts.hpp"
#include "store/accounts/customers.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {

void Unit::audit(std::string_view action, std::string object, std::string detail) {
  audited_ = true;
  store::add_audit(tx_, {now_, actor_.name, std::string(action), std::move(object), std::move(detail), actor_.address});
}

void Unit::judge_hosts_of(const core::CustomerId& customer) {
  for (const auto& host : store::hosts_of_customer(tx_, customer)) judge(host.id);
}

void Unit::finish(const Watch& watch) {
  if (!audited_) throw std::logic_error("a change without an entry in the audit log");
  // Whoever looks at hosts sees fewer than these on a page.
  const bool many = judged_.size() > 100;
  if (many) tell(Topic::Host);
  for (const auto& host : judged_) {
    plan(host);
    if (!many) tell(Topic::Host, host.text());
    if (watch.judge(tx_, host, now_)) tell(Topic::Fleet);
  }
}

Task<> Units::write(Actor actor, std::function<bool(Unit&)> work) {
  struct Refused : std::exception {};
  std::set<Change> told;
  const auto change = [&, now = clock_.now()](store::Transaction& tx) {
    Unit unit(tx, actor, now);
    if (!work(unit)) throw Refused();
    unit.finish(watch_);
    told = std::move(unit.told_);
  };
  try {
    co_await database_.write(change);
  } catch (const Refused&) {
  }
  for (const auto& one : told) live_.publish(one.topic, one.id);
}

}  // namespace holdfast::fleet
