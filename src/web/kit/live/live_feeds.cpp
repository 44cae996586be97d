#include "kit/live/live_feeds.hpp"

#include <algorithm>

#include "core/ids.hpp"
#include "text/ulid.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using fleet::Topic;

constexpr std::size_t kMaxTopics = 8;

// The feeds of one topic; none when it is unknown.
std::vector<Feed> feeds_of(std::string_view topic) {
  const auto colon = topic.find(':');
  const std::string id(colon == std::string_view::npos ? "" : topic.substr(colon + 1));
  const auto name = topic.substr(0, colon);
  if (name == "pulse") return {{Region::Pulse, "", 1s}};
  if (name == "fleet") return {{Region::Rows, "", 1s}, {Region::Band, "", 2s}, {Region::Order, "", 5s}};
  if (name == "cells") return {{Region::Cells, "", 2s}};
  if (name == "jobs") return {{Region::Jobs, "", 1s}};
  if (name == "pending") return {{Region::Pending, "", 500ms}};
  if (!text::is_ulid(id)) return {};
  if (name == "host") return {{Region::Host, id, 500ms}};
  if (name == "history") return {{Region::History, id, 60s}};
  if (name == "job") return {{Region::Job, id, 500ms}};
  if (name == "log") return {{Region::Log, id, 250ms}};
  if (name == "repository") return {{Region::Repository, id, 500ms}};
  if (name == "enrolment") return {{Region::Enrolment, id, 500ms}};
  return {};
}

}  // namespace

void Feed::mark(const fleet::Change& change) {
  if (change.id.empty())
    whole = true;
  else
    changed.insert(change.id);
  dirty = true;
}

void Feed::sent(Steady::time_point now) {
  dirty = false;
  whole = false;
  changed.clear();
  sent_at = now;
}

std::optional<std::vector<Feed>> parse_feeds(std::string_view topics) {
  std::vector<Feed> feeds;
  std::size_t count = 0;
  while (!topics.empty()) {
    const auto end = std::min(topics.find(','), topics.size());
    auto some = feeds_of(topics.substr(0, end));
    if (some.empty() || ++count > kMaxTopics) return std::nullopt;
    std::ranges::move(some, std::back_inserter(feeds));
    topics.remove_prefix(std::min(end + 1, topics.size()));
  }
  return feeds;
}

std::vector<fleet::Change> interests_of(const Feed& feed) {
  switch (feed.region) {
    case Region::Pulse:
      return {{Topic::Fleet, ""}, {Topic::Host, ""}, {Topic::Job, ""}, {Topic::Pending, ""}};
    case Region::Rows:
    case Region::Order:
    case Region::Cells:
      return {{Topic::Host, ""}};
    case Region::Band:
      return {{Topic::Fleet, ""}, {Topic::Job, ""}};
    case Region::Host:
    case Region::History:
      return {{Topic::Host, feed.id}};
    case Region::Jobs:
      return {{Topic::Job, ""}};
    case Region::Job:
      return {{Topic::Job, feed.id}, {Topic::Host, ""}};
    case Region::Repository:
      return {{Topic::Repository, feed.id}, {Topic::Host, ""}};
    case Region::Log:
      return {{Topic::JobLog, feed.id}};
    case Region::Pending:
      return {{Topic::Pending, ""}};
    case Region::Enrolment:
      return {{Topic::Pending, ""}, {Topic::Host, ""}};
  }
  return {};
}

bool concerns(const fleet::Change& change, const Feed& feed) {
  return std::ranges::any_of(interests_of(feed), [&](const auto& interest) {
    return interest.topic == change.topic && (interest.id.empty() || change.id.empty() || interest.id == change.id);
  });
}

}  // namespace holdfast::web
