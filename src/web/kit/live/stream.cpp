#include <algorithm>
#include <iterator>
#include <utility>

#include "jobs/view.hpp"
#include "kit/handlers.hpp"
#include "kit/live/live_fragments.hpp"
#include "kit/live/stream.hpp"
#include "kit/render/events.hpp"
#include "templates.hpp"
#include "text/number.hpp"

// A stream stays open for hours, so whose it is is asked again each minute, and whenever some session ends. A change
// only marks the feeds that it concerns; how often one is sent is its own affair. Log lines have numbers, by which a
// browser that comes back goes on where it was.
namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto kHeartbeatEvery = 15s;
constexpr auto kCheckSessionEvery = 60s;
constexpr std::size_t kLinesPerEvent = 300;

core::Error unknown_topic() {
  return {core::ErrorKind::Invalid, "topics_invalid", "This stream has no such topic."};
}

// Reads lines after `after`, moves it on, and returns them; empty when there are none.
Task<views::LogLines> read_log(fleet::Jobs& jobs, const Feed& feed, std::uint64_t& after) {
  views::LogLines log;
  log.lines = co_await jobs.log(core::JobId(feed.id), after, kLinesPerEvent);
  if (!log.lines.empty()) after = log.last_sequence();
  co_return log;
}

// The event stream of one open page. It reads what it shows at its own pace, so that a slow viewer holds nobody up.
class PageStream {
 public:
  PageStream(Guard& guard, fleet::Live& live, const LiveFragments::Parts& parts, http::Request request,
             std::vector<Feed> feeds, std::uint64_t after)
      : guard_(guard),
        live_(live),
        clock_(parts.clock),
        jobs_(parts.jobs),
        request_(std::move(request)),
        feeds_(std::move(feeds)),
        fragments_(parts, request_),
        after_(after) {}

  Task<> run(http::Stream& stream);

 private:
  void mark(const std::set<fleet::Change>& changes);
  Steady::duration until_next(Steady::time_point now) const;
  Task<bool> write(http::Stream& stream, std::string event);
  Task<bool> send_due(http::Stream& stream);
  Task<bool> send_log(http::Stream& stream, const Feed& feed);

  Guard& guard_;
  fleet::Live& live_;
  const runtime::Clock& clock_;
  fleet::Jobs& jobs_;
  http::Request request_;  // for the session cookie
  std::vector<Feed> feeds_;
  LiveFragments fragments_;
  std::uint64_t after_;  // all log lines up to here were sent
  Steady::time_point wrote_at_{};
};

void PageStream::mark(const std::set<fleet::Change>& changes) {
  for (const auto& change : changes) {
    for (auto& feed : feeds_) {
      if (concerns(change, feed)) feed.mark(change);
    }
  }
}

Steady::duration PageStream::until_next(Steady::time_point now) const {
  Steady::duration wait = kHeartbeatEvery;
  for (const auto& feed : feeds_) {
    if (feed.dirty) wait = std::min(wait, std::max<Steady::duration>(feed.sent_at + feed.interval - now, 1ms));
  }
  return wait;
}

Task<> PageStream::run(http::Stream& stream) {
  std::vector<fleet::Change> interests;
  for (const auto& feed : feeds_) std::ranges::move(interests_of(feed), std::back_inserter(interests));
  interests.push_back({fleet::Topic::Session, {}});
  const auto subscription = live_.subscribe(std::move(interests));
  auto checked_at = clock_.steady();
  bool some_ended = false;  // perhaps its own
  wrote_at_ = clock_.steady();
  while (!stream.closed()) {
    const auto now = clock_.steady();
    if (some_ended || now - checked_at >= kCheckSessionEvery) {
      checked_at = now;
      const auto visitor = co_await guard_.identify(request_);
      if (!visitor) {
        co_await stream.write(bye_event());
        co_return;
      }
    }
    const bool anything_due = std::ranges::any_of(feeds_, [now](const auto& feed) { return feed.due(now); });
    if (anything_due) {
      const bool alive = co_await send_due(stream);
      if (!alive) co_return;
    }
    // What was due may have been of no concern to this page: then nothing was written.
    if (now - wrote_at_ >= kHeartbeatEvery) {
      const bool alive = co_await write(stream, heartbeat_event());
      if (!alive) co_return;
    }
    const auto changes = co_await subscription->wait(until_next(clock_.steady()));
    some_ended = std::ranges::any_of(changes, [](const auto& change) { return change.topic == fleet::Topic::Session; });
    mark(changes);
  }
}

Task<bool> PageStream::write(http::Stream& stream, std::string event) {
  wrote_at_ = clock_.steady();
  co_return co_await stream.write(event);
}

Task<bool> PageStream::send_due(http::Stream& stream) {
  std::string html;
  const auto now = clock_.steady();
  for (auto& feed : feeds_) {
    if (!feed.due(now)) continue;
    const Feed due = feed;
    feed.sent(now);
    if (feed.region == Region::Log) {
      const bool alive = co_await send_log(stream, feed);
      if (!alive) co_return false;
    } else {
      html += co_await fragments_.render(due);
      feed.dirty |= fragments_.is_outdated(feed);
    }
  }
  if (html.empty()) co_return true;
  co_return co_await write(stream, fragment_event(html));
}

Task<bool> PageStream::send_log(http::Stream& stream, const Feed& feed) {
  while (true) {
    const auto log = co_await read_log(jobs_, feed, after_);
    if (log.lines.empty()) co_return true;
    std::string html;
    render_live_log(html, log);
    const bool alive = co_await write(stream, fragment_event(html, after_));
    if (!alive) co_return false;
  }
}

}  // namespace

LiveRoutes::LiveRoutes(http::Router& router, Guard& guard, Shell& shell, fleet::Live& live, LiveFragments::Parts parts)
    : guard_(guard), shell_(shell), live_(live), parts_(parts) {
  router.add_stream("/ui/stream", guard.stream([this](http::Request& request, Visitor visitor) {
    return open(request, std::move(visitor));
  }));
  add_page(router, guard, this, "GET", "/ui/now", &LiveRoutes::now);
}

Task<http::StreamResponse> LiveRoutes::open(http::Request& request, Visitor) {
  auto feeds = parse_feeds(request.query_value("topics"));
  if (!feeds) co_return http::StreamResponse{error_page(shell_, request, unknown_topic()), {}};
  const auto last_id = request.headers.get("Last-Event-ID");
  const std::uint64_t after =
      text::parse_number<std::uint64_t>(last_id.empty() ? request.query_value("after") : last_id).value_or(0);
  http::StreamResponse answer;
  answer.head.headers.set("Content-Type", "text/event-stream");
  answer.head.headers.set("Cache-Control", "no-store");
  answer.head.headers.set("X-Accel-Buffering", "no");
  const auto page = std::make_shared<PageStream>(guard_, live_, parts_, request, *std::move(feeds), after);
  answer.write = [page](http::Stream& stream) -> Task<> { co_await page->run(stream); };
  co_return answer;
}

// What a stream with this address would send first.
Task<http::Response> LiveRoutes::now(http::Request& request, Visitor) {
  auto feeds = parse_feeds(request.query_value("topics"));
  if (!feeds) co_return error_page(shell_, request, unknown_topic());
  LiveFragments fragments(parts_, request);
  std::uint64_t after = text::parse_number<std::uint64_t>(request.query_value("after")).value_or(0);
  std::string html;
  for (const auto& feed : *feeds) {
    if (feed.region == Region::Log) {
      const auto log = co_await read_log(parts_.jobs, feed, after);
      if (!log.lines.empty()) render_live_log(html, log);
    } else {
      html += co_await fragments.render(feed);
    }
  }
  co_return http::html_response(200, std::move(html));
}

}  // namespace holdfast::web
