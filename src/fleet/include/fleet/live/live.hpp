#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "runtime/async/task.hpp"

// Who is told that something changed. A change carries no data: the viewer reads what it shows from the store, at its
// own pace. So a slow viewer holds nobody up, and one that joins late or comes back sees everything once.
namespace holdfast::fleet {

enum class Topic {
  Host,   // anything about it: a report, its status, its agent
  Fleet,  // how many hosts are in which state
  Job,
  JobLog,
  Pending,
  Repository,
  Customer,
  Session,  // some ended before their time
  Plan,     // what the agent of a host is to have of its schedules may have changed
};

struct Change {
  Topic topic;
  std::string id;  // of the host, job, …; empty: some or all of them
  auto operator<=>(const Change&) const = default;
};

class Live;

// What changed since the last look, each thing once. Lives on the loop's thread, no longer than its Live.
class Subscription {
 public:
  ~Subscription();
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

  // Returns when something changed, or after `limit` with nothing.
  runtime::Task<std::set<Change>> wait(std::chrono::steady_clock::duration limit);

 private:
  friend class Live;
  Subscription(Live& live, std::vector<Change> interests, runtime::Loop& loop);
  bool wants(const Change& change) const;
  void add(const Change& change);

  Live& live_;
  std::vector<Change> interests_;  // an empty id: all of the topic
  std::set<Change> changes_;
  runtime::Signal signal_;
};

class Live {
 public:
  explicit Live(runtime::Loop& loop) : loop_(loop) {}

  void publish(Topic topic, std::string id = {});
  // How often something of these topics was published: what was read before it grew may be out of date.
  std::uint64_t version(std::initializer_list<Topic> topics) const;
  std::unique_ptr<Subscription> subscribe(std::vector<Change> interests);
  std::size_t viewers() const { return subscriptions_.size(); }

 private:
  friend class Subscription;
  runtime::Loop& loop_;
  std::set<Subscription*> subscriptions_;
  std::map<Topic, std::uint64_t> versions_;
};

}  // namespace holdfast::fleet
