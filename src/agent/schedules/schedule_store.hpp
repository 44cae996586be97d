#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "protocol/agent/messages.hpp"
#include "runtime/secrets/crypto.hpp"

namespace holdfast::agent {

// A run that is due, until the hub has its jobs and each of them has begun.
struct PendingFire {
  protocol::ScheduleFire fire;
  std::set<core::JobId> waiting;  // those of its jobs that have not begun
  bool acknowledged = false;      // the hub has them
};

// Up to where all is decided, and what has come of it that is not done yet.
struct ScheduleState {
  std::map<core::ScheduleId, core::Time> decided;
  std::map<core::ScheduleId, core::Time> fired;  // the last run of each, which does not happen again
  std::vector<PendingFire> pending;              // oldest first
};

// What the agent keeps of its schedules, in the state folder:
//   schedules.sealed  the set as the hub sent it, with the access to repositories, sealed by
//   schedules.key     a key of its own
//   schedules.json    how far it is
// What is of another host, as the machine was enrolled anew, counts as if it were not there. What is damaged is set
// aside, as if it had never been there: the hub sends the set again, and what is due counts from then on. Writing
// throws std::system_error; what is stored by then survives power loss.
class ScheduleStore {
 public:
  // `host`: the id of the host whose schedules they are.
  ScheduleStore(std::filesystem::path state_directory, std::string host);

  // Empty, version 0, when there is none. Read from disk each time: its secrets stay in memory no longer than needed.
  protocol::ScheduleSet set() const;
  void store(const protocol::ScheduleSet& set);

  ScheduleState state() const;
  void store(const ScheduleState& state);

 private:
  std::filesystem::path folder_;
  std::string host_;
  runtime::SecretBox box_;
};

}  // namespace holdfast::agent
