#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>
#include <utility>

#include "pages/pages.hpp"
#include "pages/show.hpp"
#include "render/assets.hpp"
#include "render/events.hpp"
#include "templates.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;
using fleet::Topic;

constexpr auto kHeartbeatEvery = 15s;
constexpr auto kCheckSessionEvery = 60s;
constexpr std::size_t kLinesPerEvent = 300;
constexpr std::size_t kMaxTopics = 8;
constexpr std::size_t kRowsAtOnce = 100;

enum class Region { Pulse, Fleet, Host, Jobs, Job, Log, Pending, Enrolment };

// One topic of a stream: what it shows, and whether that has changed since it was sent.
struct Feed {
  Region region;
  std::string id;
  Steady::duration interval;  // it is sent at most this often
  bool dirty = true;
  Steady::time_point sent_at{};
  std::set<std::string> hosts = {};  // Fleet: whose rows changed; empty: all

  bool due(Steady::time_point now) const { return dirty && now - sent_at >= interval; }
};

std::optional<Feed> parse_feed(std::string_view topic) {
  const auto colon = topic.find(':');
  const std::string id(colon == std::string_view::npos ? "" : topic.substr(colon + 1));
  const auto name = topic.substr(0, colon);
  if (name == "pulse") return Feed{Region::Pulse, "", 1s};
  if (name == "fleet") return Feed{Region::Fleet, "", 1s};
  if (name == "jobs") return Feed{Region::Jobs, "", 1s};
  if (name == "pending") return Feed{Region::Pending, "", 500ms};
  if (!core::is_ulid(id)) return std::nullopt;
  if (name == "host") return Feed{Region::Host, id, 500ms};
  if (name == "job") return Feed{Region::Job, id, 500ms};
  if (name == "log") return Feed{Region::Log, id, 250ms};
  if (name == "enrolment") return Feed{Region::Enrolment, id, 500ms};
  return std::nullopt;
}

std::optional<std::vector<Feed>> parse_feeds(std::string_view topics) {
  std::vector<Feed> feeds;
  while (!topics.empty()) {
    const auto end = std::min(topics.find(','), topics.size());
    auto feed = parse_feed(topics.substr(0, end));
    if (!feed || feeds.size() == kMaxTopics) return std::nullopt;
    feeds.push_back(*std::move(feed));
    topics.remove_prefix(std::min(end + 1, topics.size()));
  }
  return feeds;
}

// Which changes concern a region.
std::vector<fleet::Change> interests_of(const Feed& feed) {
  switch (feed.region) {
    case Region::Pulse:
      return {{Topic::Host, ""}, {Topic::Job, ""}, {Topic::Pending, ""}};
    case Region::Fleet:
      return {{Topic::Host, ""}};
    case Region::Host:
      return {{Topic::Host, feed.id}};
    case Region::Jobs:
      return {{Topic::Job, ""}};
    case Region::Job:
      return {{Topic::Job, feed.id}, {Topic::Host, ""}};
    case Region::Log:
      return {{Topic::JobLog, feed.id}};
    case Region::Pending:
    case Region::Enrolment:
      return {{Topic::Pending, ""}};
  }
  return {};
}

bool concerns(const fleet::Change& change, const Feed& feed) {
  return std::ranges::any_of(interests_of(feed), [&](const auto& interest) {
    return interest.topic == change.topic && (interest.id.empty() || change.id.empty() || interest.id == change.id);
  });
}

std::uint64_t number_or_zero(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

// The event stream of one open page. It reads what it shows at its own pace, so that a slow viewer holds nobody up.
class PageStream {
 public:
  PageStream(Shell& shell, Guard& guard, http::Request request, std::vector<Feed> feeds, std::uint64_t after)
      : shell_(shell), guard_(guard), request_(std::move(request)), feeds_(std::move(feeds)), after_(after) {}

  Task<> run(http::Stream& stream);

 private:
  void mark(const std::set<fleet::Change>& changes);
  Steady::duration until_next(Steady::time_point now) const;
  Task<bool> send_due(http::Stream& stream);
  Task<bool> send_log(http::Stream& stream, const Feed& feed);
  Task<std::string> fragments(Feed& feed);
  Task<std::string> fleet_fragments(Feed& feed);
  Task<std::string> host_fragments(const Feed& feed);
  Task<std::string> job_fragment(const Feed& feed);
  Task<std::string> jobs_fragments();
  Task<std::string> pending_fragment();
  Task<std::string> enrolment_fragment(const Feed& feed);

  Shell& shell_;
  Guard& guard_;
  http::Request request_;  // for the session cookie
  std::vector<Feed> feeds_;
  std::uint64_t after_;  // all log lines up to here were sent
  std::set<std::string> active_jobs_;
};

void PageStream::mark(const std::set<fleet::Change>& changes) {
  for (const auto& change : changes) {
    for (auto& feed : feeds_) {
      if (!concerns(change, feed)) continue;
      if (feed.region == Region::Fleet && !(feed.dirty && feed.hosts.empty())) feed.hosts.insert(change.id);
      feed.dirty = true;
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
  const auto subscription = shell_.parts().live.subscribe(std::move(interests));
  const auto& clock = shell_.parts().clock;
  auto checked_at = clock.steady();
  auto wrote_at = clock.steady();
  while (!stream.closed()) {
    const auto now = clock.steady();
    if (now - checked_at >= kCheckSessionEvery) {
      checked_at = now;
      const auto visitor = co_await guard_.identify(request_);
      if (!visitor) {
        co_await stream.write(bye_event());
        co_return;
      }
    }
    const bool anything_due = std::ranges::any_of(feeds_, [now](const auto& feed) { return feed.due(now); });
    if (anything_due) {
      wrote_at = now;
      const bool alive = co_await send_due(stream);
      if (!alive) co_return;
    } else if (now - wrote_at >= kHeartbeatEvery) {
      wrote_at = now;
      const bool alive = co_await stream.write(heartbeat_event());
      if (!alive) co_return;
    }
    const auto changes = co_await subscription->wait(until_next(clock.steady()));
    mark(changes);
  }
}

Task<bool> PageStream::send_due(http::Stream& stream) {
  std::string html;
  const auto now = shell_.parts().clock.steady();
  for (auto& feed : feeds_) {
    if (!feed.due(now)) continue;
    feed.dirty = false;
    feed.sent_at = now;
    if (feed.region == Region::Log) {
      const bool alive = co_await send_log(stream, feed);
      if (!alive) co_return false;
    } else {
      html += co_await fragments(feed);
    }
  }
  if (html.empty()) co_return true;
  const std::string event = fragment_event(html);
  co_return co_await stream.write(event);
}

Task<bool> PageStream::send_log(http::Stream& stream, const Feed& feed) {
  const core::JobId job(feed.id);
  while (true) {
    views::LogLines log;
    log.lines = co_await shell_.parts().jobs.log(job, after_, kLinesPerEvent);
    if (log.lines.empty()) co_return true;
    after_ = log.last_sequence();
    std::string html;
    render_live_log(html, log);
    const std::string event = fragment_event(html, after_);
    const bool alive = co_await stream.write(event);
    if (!alive) co_return false;
  }
}

Task<std::string> PageStream::fragments(Feed& feed) {
  switch (feed.region) {
    case Region::Pulse: {
      const auto pulse = co_await shell_.pulse();
      std::string html;
      render_live_pulse(html, pulse);
      co_return html;
    }
    case Region::Fleet:
      co_return co_await fleet_fragments(feed);
    case Region::Host:
      co_return co_await host_fragments(feed);
    case Region::Jobs:
      co_return co_await jobs_fragments();
    case Region::Job:
      co_return co_await job_fragment(feed);
    case Region::Pending:
      co_return co_await pending_fragment();
    case Region::Enrolment:
      co_return co_await enrolment_fragment(feed);
    case Region::Log:
      break;
  }
  co_return std::string();
}

Task<std::string> PageStream::fleet_fragments(Feed& feed) {
  const auto changed = std::exchange(feed.hosts, {});
  const auto now = shell_.parts().clock.now();
  const auto pulse = co_await shell_.pulse();
  const auto overviews = co_await shell_.parts().hosts.list();
  std::string html;
  render_live_fleet_band(html, show_band(overviews, pulse, now));
  std::size_t rows = 0;
  for (const auto& overview : overviews) {
    const bool wanted = changed.empty() || changed.contains("") || changed.contains(overview.host.id.text());
    if (!wanted || ++rows > kRowsAtOnce) continue;
    render_live_host_row(html, show_row(overview, now));
  }
  co_return html;
}

Task<std::string> PageStream::host_fragments(const Feed& feed) {
  const auto now = shell_.parts().clock.now();
  const auto detail = co_await shell_.parts().hosts.detail(core::HostId(feed.id));
  if (!detail) co_return std::string();
  views::HostJobs jobs;
  for (const auto& job : detail->jobs)
    jobs.jobs.push_back(show_job_row(job, detail->overview.presence.has_value(), now));
  std::string html;
  render_live_host_head(html, show_head(*detail, now));
  render_live_host_jobs(html, jobs);
  co_return html;
}

Task<std::string> PageStream::job_fragment(const Feed& feed) {
  const auto job = co_await shell_.parts().jobs.find(core::JobId(feed.id));
  if (!job) co_return std::string();
  const auto host = co_await shell_.parts().hosts.find(job->host);
  std::string html;
  render_live_job(html, show_job(*job, host, shell_.parts().jobs.throughput(job->id), shell_.parts().clock.now()));
  co_return html;
}

Task<std::string> PageStream::jobs_fragments() {
  auto& parts = shell_.parts();
  const auto now = parts.clock.now();
  store::JobFilter filter;
  filter.states = {core::JobState::Queued, core::JobState::Running};
  filter.limit = 200;
  const auto unfinished = co_await parts.jobs.list(filter);
  views::ActiveJobs active;
  std::set<std::string> ids;
  for (const auto& job : unfinished) {
    ids.insert(job.id.text());
    active.jobs.push_back(show_job_row(job, parts.agents.is_connected(job.host), now));
  }
  std::string html;
  render_live_active_jobs(html, active);
  const auto before = std::exchange(active_jobs_, ids);
  for (const auto& id : before) {
    if (ids.contains(id)) continue;
    const auto ended = co_await parts.jobs.find(core::JobId(id));
    if (ended) render_live_finished_job(html, show_job_row(*ended, true, now));
  }
  co_return html;
}

Task<std::string> PageStream::pending_fragment() {
  const auto now = shell_.parts().clock.now();
  const auto waiting = co_await shell_.parts().enrolment.pending();
  views::PendingList list;
  for (const auto& pending : waiting) list.hosts.push_back(show_pending(pending, waiting, now));
  std::string html;
  render_live_pending(html, list);
  co_return html;
}

Task<std::string> PageStream::enrolment_fragment(const Feed& feed) {
  const auto use = co_await shell_.parts().enrolment.token_use(core::EnrolmentTokenId(feed.id));
  views::EnrolmentWait wait;
  wait.waiting = use.waiting;
  wait.expired = use.expired;
  if (use.host) {
    wait.host_name = use.host_name;
    wait.host = views::Url("/hosts").segment(use.host->text());
  }
  std::string html;
  render_live_enrolment(html, wait);
  co_return html;
}

}  // namespace

LiveRoutes::LiveRoutes(http::Router& router, Guard& guard, Shell& shell) : guard_(guard), shell_(shell) {
  router.add_stream("/ui/stream", guard.stream([this](http::Request& request, Visitor visitor) {
    return open(request, std::move(visitor));
  }));
}

Task<http::StreamResponse> LiveRoutes::open(http::Request& request, Visitor) {
  auto feeds = parse_feeds(request.query_value("topics"));
  if (!feeds)
    co_return http::StreamResponse{error_page(shell_, request, 422, "topics_invalid", "This stream has no such topic."),
                                   {}};
  const auto last_id = request.headers.get("Last-Event-ID");
  const std::uint64_t after = number_or_zero(last_id.empty() ? request.query_value("after") : last_id);
  http::StreamResponse answer;
  answer.head.headers.set("Content-Type", "text/event-stream");
  answer.head.headers.set("Cache-Control", "no-store");
  answer.head.headers.set("X-Accel-Buffering", "no");
  const auto page = std::make_shared<PageStream>(shell_, guard_, request, *std::move(feeds), after);
  answer.write = [page](http::Stream& stream) -> Task<> { co_await page->run(stream); };
  co_return answer;
}

void add_asset_routes(http::Router& router) {
  router.add("GET", "/assets/{name}", [](http::Request& request) -> Task<http::Response> {
    http::Response response;
    const Asset* asset = find_asset(request.path);
    if (!asset) {
      response = http::text_response(404, "There is no such file.\n");
      co_return response;
    }
    const bool packed = !asset->gzip_bytes.empty() && request.headers.get("Accept-Encoding").contains("gzip");
    response.static_body = packed ? asset->gzip_bytes : asset->bytes;
    if (packed) response.headers.set("Content-Encoding", "gzip");
    response.headers.set("Content-Type", std::string(asset->content_type));
    response.headers.set("Cache-Control", "public, max-age=31536000, immutable");
    response.headers.set("Vary", "Accept-Encoding");
    co_return response;
  });
}

}  // namespace holdfast::web
