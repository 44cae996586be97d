#include "fleet/live/unit.hpp"

#include <stdexcept>

#include "store/accounts/accounts.hpp"
#include "store/accounts/customers.hpp"

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
  for (const auto& host : judged_) {
    tell(Topic::Host, host.text());
    if (watch.judge(tx_, host, now_)) tell(Topic::Fleet);
  }
}

}  // namespace holdfast::fleet
