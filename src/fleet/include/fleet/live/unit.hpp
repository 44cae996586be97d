#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "fleet/accounts/actor.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"

// One change that somebody asked for, done once: what belongs to it happens in its transaction, and who looks is told
// after the commit. When it is refused nothing of it happened.
namespace holdfast::fleet {

// The change while it is made, on the writer's thread. It is the transaction for the functions of store.
class Unit {
 public:
  Unit(store::Transaction& tx, Actor actor, core::Time now) : tx_(tx), actor_(std::move(actor)), now_(now) {}

  operator store::Transaction&() { return tx_; }  // NOLINT: meant to convert
  core::Time now() const { return now_; }

  // What was done, for the audit log: "host.rename". Each unit has at least one.
  void audit(std::string_view action, std::string object, std::string detail = {});
  // Who it is done for, where only the transaction tells.
  void by(std::string name) { actor_.name = std::move(name); }
  // All is as it was before, or nobody asked for it: there is nothing for the audit log.
  void is_not_audited() { audited_ = true; }
  // What the host is judged by was changed: it is judged at the end of the transaction, and its viewers are told.
  void judge(core::HostId host) { judged_.insert(std::move(host)); }
  void judge_hosts_of(const core::CustomerId& customer);
  // What the agent of the host is to have of its schedules may be another: it is looked at after the commit. So it is
  // for each host that is judged.
  void plan(const core::HostId& host) { tell(Topic::Plan, host.text()); }
  // Who is told besides, after the commit.
  void tell(Topic topic, std::string id = {}) { told_.insert({topic, std::move(id)}); }

 private:
  friend class Units;
  void finish(const Watch& watch);

  store::Transaction& tx_;
  Actor actor_;
  core::Time now_;
  bool audited_ = false;
  std::set<core::HostId> judged_;
  std::set<Change> told_;
};

// Makes units. Lives on the loop's thread, no longer than what it is made of.
class Units {
 public:
  Units(store::Database& database, const runtime::Clock& clock, Live& live, Watch& watch)
      : database_(database), clock_(clock), live_(live), watch_(watch) {}

  // `work` is called with a Unit& and gives a Result; an error undoes all of it. Throws std::logic_error for work that
  // changed something and left no entry in the audit log.
  template <class Work>
  auto run(Actor actor, Work work) -> Task<std::invoke_result_t<Work&, Unit&>> {
    std::optional<std::invoke_result_t<Work&, Unit&>> done;
    co_await write(std::move(actor), [&](Unit& unit) {
      done = work(unit);
      return done->has_value();
    });
    co_return *std::move(done);
  }

  // What a machine says, or time brings: nobody requested it, so that it need not be in the audit log. All of it stays,
  // whatever `work` returns, which may be nothing.
  template <class Work>
  auto note(Work work) -> Task<std::invoke_result_t<Work&, Unit&>> {
    using Done = std::invoke_result_t<Work&, Unit&>;
    std::optional<std::conditional_t<std::is_void_v<Done>, bool, Done>> done;
    co_await write({}, [&](Unit& unit) {
      unit.is_not_audited();
      if constexpr (std::is_void_v<Done>)
        work(unit);
      else
        done = work(unit);
      return true;
    });
    if constexpr (!std::is_void_v<Done>) co_return *std::move(done);
  }

 private:
  // Undoes what was done when `work` returns false.
  Task<> write(Actor actor, std::function<bool(Unit&)> work);

  store::Database& database_;
  const runtime::Clock& clock_;
  Live& live_;
  Watch& watch_;
};

}  // namespace holdfast::fleet
