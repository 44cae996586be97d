#include "fleet/live/live.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::fleet {
namespace {

// A viewer that has not looked for this many changes reads everything anew.
constexpr std::size_t kMaxChanges = 1000;

}  // namespace

Subscription::Subscription(Live& live, std::vector<Change> interests, runtime::Loop& loop)
    : live_(live), interests_(std::move(interests)), signal_(loop) {
  live_.subscriptions_.insert(this);
}

Subscription::~Subscription() {
  live_.subscriptions_.erase(this);
}

bool Subscription::wants(const Change& change) const {
  return std::ranges::any_of(interests_, [&](const Change& interest) {
    return interest.topic == change.topic && (interest.id.empty() || change.id.empty() || interest.id == change.id);
  });
}

void Subscription::add(const Change& change) {
  if (changes_.size() >= kMaxChanges) {
    std::set<Change> all;
    for (const auto& earlier : changes_) all.insert({earlier.topic, {}});
    changes_ = std::move(all);
  }
  changes_.insert(change);
  signal_.notify_all();
}

runtime::Task<std::set<Change>> Subscription::wait(std::chrono::steady_clock::duration limit) {
  if (changes_.empty()) co_await signal_.wait_for(limit);
  co_return std::exchange(changes_, {});
}

void Live::publish(Topic topic, std::string id) {
  ++versions_[topic];
  const Change change{topic, std::move(id)};
  for (Subscription* subscription : subscriptions_) {
    if (subscription->wants(change)) subscription->add(change);
  }
}

std::uint64_t Live::version(std::initializer_list<Topic> topics) const {
  std::uint64_t sum = 0;
  for (const Topic topic : topics) {
    if (const auto found = versions_.find(topic); found != versions_.end()) sum += found->second;
  }
  return sum;
}

std::unique_ptr<Subscription> Live::subscribe(std::vector<Change> interests) {
  return std::unique_ptr<Subscription>(new Subscription(*this, std::move(interests), loop_));
}

}  // namespace holdfast::fleet
