#include "fleet/reports/refused_reports.hpp"

#include <fmt/format.h>

#include "runtime/log/log.hpp"
#include "store/accounts/customers.hpp"
#include "store/hosts/hosts.hpp"
#include "store/reports/refusals.hpp"
#include "store/sqlite/database.hpp"

// What is remembered of reports that are not taken: the reason why somebody is silent.
namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

// One that goes on sending the same is noted now and then.
constexpr auto kNotedAgainAfter = 1min;
constexpr std::size_t kMaxNoted = 10'000;

std::optional<core::Customer> customer_of(store::View& view, const Scope& scope, const std::string& slug) {
  return scope.customer ? store::find_customer(view, *scope.customer) : store::find_customer_by_slug(view, slug);
}

}  // namespace

bool RefusedReports::is_noted(const std::string& sender, const std::string& why) {
  const auto now = clock_.now();
  if (noted_.size() >= kMaxNoted) noted_.clear();
  const auto [noted, fresh] = noted_.try_emplace(sender, core::Refusal{now, why});
  const auto age = now - noted->second.at;
  if (!fresh && noted->second.why == why && age >= 0s && age < kNotedAgainAfter) return true;
  noted->second = {now, why};
  return false;
}

Task<> RefusedReports::note(KeyHolder sender, Whose whose, core::Error error) {
  if (is_noted(fmt::format("{}/{}/{}", sender.name, whose.customer, whose.host), error.message)) co_return;
  runtime::log::warning("report.refused", "A report was refused",
                        {{"key", sender.name},
                         {"customer", whose.customer},
                         {"host", whose.host},
                         {"address", whose.address},
                         {"reason", error.message}});
  const core::Refusal refusal{clock_.now(), error.message};
  const auto note = [&](Unit& unit) {
    const auto customer = customer_of(unit, sender.scope, whose.customer);
    if (!customer) return;
    unit.tell(Topic::Customer, customer->id.text());
    // What names another customer may name a host by chance.
    const bool is_its = whose.customer == customer->slug;
    const auto& name = whose.host.empty() ? customer->slug : whose.host;
    const auto found = is_its ? store::find_host_by_report_name(unit, customer->id, name) : std::nullopt;
    if (!found) {
      store::set_refusal(unit, customer->id, refusal);
      return;
    }
    store::set_refusal(unit, found->id, refusal);
    unit.judge(found->id);
  };
  co_await units_.note(note);
}

}  // namespace holdfast::fleet
