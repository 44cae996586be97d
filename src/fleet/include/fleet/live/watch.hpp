#pragma once

#include "core/ids.hpp"
#include "core/status/status.hpp"
#include "core/time.hpp"
#include "fleet/live/live.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

// Keeps the status of every host right in the database: judged again whenever something happens on the host, and when
// time alone changes it. So lists read it and nothing polls.
namespace holdfast::fleet {

using runtime::Task;

class Watch {
 public:
  Watch(store::Database& database, const runtime::Clock& clock, Live& live, core::StatusLimits limits)
      : database_(database), clock_(clock), live_(live), limits_(limits) {}

  // What the host is judged by has changed in this transaction: judges it again and stores the result. Runs on the
  // writer's thread. True when the state or its reason became another; tell() passes that on after the commit.
  bool judge(store::Transaction& transaction, const core::HostId& host, core::Time now) const;

  // Tells the viewers that the host changed, and with it the fleet where its status did.
  void tell(const core::HostId& host, bool status_changed);

  // Before the first report: the time since the hub was last alive counts for nobody's silence. Whatever the limits
  // were then, the first round judges everybody by those of now.
  Task<> start();
  // One round, once a second: judges the hosts whose time has come, and remembers now and then that the hub is alive.
  // When the last round is long ago, the hub was away meanwhile: the machine slept. When it lies ahead, the clock was
  // set back: what was judged by it is judged again.
  Task<> round();
  // Judges the hosts whose time has come.
  Task<> judge_due();
  // Remembers that the hub was alive until now: at its end.
  Task<> save_alive();

  // Of the hub; hosts may have others.
  const core::StatusLimits& limits() const { return limits_; }

 private:
  Task<> take_note_of_time(core::Time now);
  Task<> take_note_of_clock_set_back(core::Time now);
  Task<> take_note_of_absence(core::Time now);
  Task<bool> is_due(core::Time now);
  Task<> judge_some_due(core::Time now);

  store::Database& database_;
  const runtime::Clock& clock_;
  Live& live_;
  core::StatusLimits limits_;
  core::Time alive_at_;  // the last round
  core::Time saved_at_;  // what is stored of it
};

}  // namespace holdfast::fleet
