#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/live/live.hpp"

// What a page listens to: the topics in the address of its stream.
namespace holdfast::web {

enum class Region { Pulse, Rows, Band, Order, Cells, Host, History, Jobs, Job, Log, Pending, Enrolment, Repository };

// One region of a page, and whether what it shows has changed since it was sent.
struct Feed {
  using Steady = std::chrono::steady_clock;

  Region region;
  std::string id;
  Steady::duration interval;  // it is sent at most this often
  bool dirty = true;
  bool whole = true;  // all of it is to be sent, not only what changed
  Steady::time_point sent_at{};
  std::set<std::string> changed = {};  // ids of what changed

  bool due(Steady::time_point now) const { return dirty && now - sent_at >= interval; }
  void mark(const fleet::Change& change);
  void sent(Steady::time_point now);
};

// Nothing when a topic is unknown, or there are too many.
std::optional<std::vector<Feed>> parse_feeds(std::string_view topics);
// Which changes concern a feed.
std::vector<fleet::Change> interests_of(const Feed& feed);
bool concerns(const fleet::Change& change, const Feed& feed);

}  // namespace holdfast::web
