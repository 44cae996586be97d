#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>

#include "fleet_world.hpp"
#include "protocol/report/report.hpp"
#include "reports/report_text.hpp"
#include "reports/roll_up.hpp"
#include "store/reports/reports.hpp"
#include "store/reports/roll_ups.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

// One document on its way, and how long after the one before it comes.
struct Delivery {
  ReportText text;
  core::milliseconds wait{0};
};

// Mostly about now, so that moments and hours meet; some days old or far ahead.
core::Time any_moment(core::Time start) {
  switch (*rc::gen::inRange(0, 10)) {
    case 0:
      return start - 1min * *rc::gen::inRange(0, 3 * 24 * 60);
    case 1:
      return start + 1min * *rc::gen::inRange(0, 24 * 60);
    default:
      return start + 10min * *rc::gen::inRange(-8, 8);
  }
}

Delivery any_delivery(core::Time start) {
  Delivery delivery;
  if (*rc::gen::inRange(0, 6) > 0) delivery.text.at = any_moment(start);
  delivery.text.tells_of_backups = false;
  delivery.text.cpu = *rc::gen::inRange(0, 101);
  delivery.text.disk = *rc::gen::inRange(0, 101);
  delivery.text.host = *rc::gen::weightedElement<std::string>({{4, "one"}, {1, "two"}});
  delivery.text.health = *rc::gen::element(core::Health::Ok, core::Health::Warn, core::Health::Fail);
  return delivery;
}

// What must come of the deliveries, by the rules alone.
class Model {
 public:
  // Whether it may be taken for the same report as one before. The hub compares one that it has moved, because it was
  // ahead, with the last eight only.
  enum class Same { No, Perhaps, Yes };
  Same compare(const ReportText& text, core::Time now) {
    auto& host = hosts_[text.host];
    const bool ahead = text.at && *text.at > now;
    if (!text.at || !host.displaced.contains(text)) return Same::No;
    const bool in_sight = host.reports.size() < 8 || !(ahead || host.displaced.at(text));
    return in_sight ? Same::Yes : Same::Perhaps;
  }
  // By chance some are late in step, as those of a clock that is behind are: these count when the hub says.
  void deliver(const ReportText& text, core::Time now, const ReceivedReport& received) {
    auto& host = hosts_[text.host];
    auto at = received.clock_behind ? received.at : std::min(text.at.value_or(now), now);
    if (received.clock_behind) RC_ASSERT(*text.at < now - kMaxClockAhead && at <= now && at > *text.at);
    while (host.reports.contains(at)) at += 1ms;
    host.reports.emplace(at, text);
    host.displaced[text] |= received.clock_behind || (text.at && *text.at > now);
    if (host.newest == core::Time() || at > host.newest || host.newest > now + store::kMomentSpread) host.newest = at;
    host.silent_since = std::max(at, std::min(host.silent_since.value_or(at), now));
  }
  void set_back(core::Time now) {
    for (auto& [name, host] : hosts_) {
      if (host.silent_since) host.silent_since = std::min(*host.silent_since, now);
    }
  }
  const std::map<core::Time, ReportText>& reports(const std::string& host) { return hosts_[host].reports; }
  core::Time newest(const std::string& host) { return hosts_[host].newest; }
  core::Time silent_since(const std::string& host) { return hosts_[host].silent_since.value(); }

 private:
  struct Host {
    std::map<core::Time, ReportText> reports;
    std::map<std::string, bool> displaced;  // each document, and whether it was ahead of the clock once
    core::Time newest;
    std::optional<core::Time> silent_since;
  };
  std::map<std::string, Host> hosts_;
};

void expect_near(const std::optional<double>& stored, const std::optional<double>& computed) {
  RC_ASSERT(stored.has_value() == computed.has_value());
  if (stored) RC_ASSERT(std::abs(*stored - *computed) < 0.006);
}

// The database keeps hundredths.
void expect_same(const core::RollUp& stored, const core::RollUp& computed) {
  RC_ASSERT(stored.start == computed.start);
  RC_ASSERT(stored.reports == computed.reports);
  expect_near(stored.cpu_mean, computed.cpu_mean);
  expect_near(stored.cpu_max, computed.cpu_max);
  expect_near(stored.disk_max, computed.disk_max);
}

// Hour by hour, of the hours that have ended.
std::vector<core::RollUp> roll_up(const std::map<core::Time, ReportText>& reports, core::Time now) {
  std::map<core::Time, RollUpBuilder> hours;
  for (const auto& [at, text] : reports) hours[std::chrono::floor<std::chrono::hours>(at)].add(text.report(), at);
  hours.erase(hours.lower_bound(std::chrono::floor<std::chrono::hours>(now)), hours.end());
  std::vector<core::RollUp> rolled_up;
  for (const auto& [start, builder] : hours) rolled_up.push_back(builder.finish(start));
  return rolled_up;
}

constexpr std::size_t kDeliveries = 30;

struct Trial {
  explicit Trial(World& in) : world(in) {}

  void deliver(const Delivery& delivery) {
    pass(delivery.wait);
    if (*rc::gen::inRange(0, 10) == 0) set_back(1min * *rc::gen::inRange(1, 24 * 60));
    const auto received = world.run(world.reports.receive({{}, "key"}, delivery.text, "")).value();
    const auto same = model.compare(delivery.text, world.clock.now());
    if (same != Model::Same::Perhaps) RC_ASSERT(received.duplicate == (same == Model::Same::Yes));
    if (!received.duplicate) model.deliver(delivery.text, world.clock.now(), received);
    ids[delivery.text.host] = received.host;
    if (*rc::gen::inRange(0, 4) == 0) world.run(world.upkeep.roll_up());
  }

  // The hub's clock was ahead, and somebody notices.
  void set_back(core::milliseconds by) {
    world.clock.jump(-by);
    world.run(world.watch.round());
    model.set_back(world.clock.now());
  }

  // With the hub at work.
  void pass(core::milliseconds time) {
    for (; time > 0ms; time -= 90s) {
      world.clock.advance(std::min<core::milliseconds>(time, 90s));
      world.run(world.watch.round());
    }
  }

  void check_state(const std::string& name) {
    const auto& reports = model.reports(name);
    const auto at = model.newest(name);
    const auto& newest = reports.at(at);
    const auto overview = world.run(world.hosts.find(ids.at(name))).value();
    RC_ASSERT(overview.report.has_value());
    RC_ASSERT(overview.report->at == at);
    RC_ASSERT(overview.report->figures == core::figures_of(newest.report(), at));
    RC_ASSERT(world.run(world.stored_reports.latest(ids.at(name)))->document == std::string(newest));
    RC_ASSERT(world.run(world.stored_reports.last(ids.at(name), 100)).size() == reports.size());
  }

  void check_status(const std::string& name) {
    const auto& newest = model.reports(name).at(model.newest(name));
    const auto silence = world.clock.now() - model.silent_since(name);
    const bool down = silence >= 60min || newest.health == core::Health::Fail || newest.disk > 97;
    const auto state = world.run(world.hosts.find(ids.at(name)))->status.state;
    RC_ASSERT((state == core::HostState::Down) == down);
  }

  void check_roll_ups(const std::string& name) {
    world.run(world.upkeep.roll_up());
    const auto now = world.clock.now();
    const auto computed = roll_up(model.reports(name), now);
    const auto list = [&](core::RollUpSpan span) {
      const auto look = [&](store::View& view) {
        return store::list_roll_ups(view, span, ids.at(name), core::Time(), now + 365 * 24h);
      };
      return world.run(world.database.read(look));
    };
    const auto stored = list(core::RollUpSpan::Hour);
    // Those behind were rolled up while the clock was ahead, and are when they have ended again.
    const auto ended =
        std::ranges::lower_bound(stored, std::chrono::floor<std::chrono::hours>(now), {}, &core::RollUp::start);
    RC_ASSERT(std::size_t(ended - stored.begin()) == computed.size());
    for (std::size_t i = 0; i < computed.size(); ++i) expect_same(stored[i], computed[i]);
    std::map<core::Time, std::vector<core::RollUp>> days;
    for (const auto& hour : stored) days[std::chrono::floor<std::chrono::days>(hour.start)].push_back(hour);
    for (const auto& day : list(core::RollUpSpan::Day)) expect_same(day, merge(days.at(day.start), day.start));
  }

  World& world;
  Model model;
  std::map<std::string, core::HostId> ids;
};

// Some of them come more than once.
std::vector<Delivery> any_deliveries(const std::string& customer, core::Time start) {
  const auto count = *rc::gen::inRange<std::size_t>(1, kDeliveries + 1);
  std::vector<Delivery> deliveries;
  while (deliveries.size() < count) {
    const bool again = !deliveries.empty() && *rc::gen::inRange(0, 3) == 0;
    auto next = again ? deliveries[*rc::gen::inRange<std::size_t>(0, deliveries.size())] : any_delivery(start);
    next.text.customer = customer;
    next.wait = 1s * *rc::gen::inRange(0, 20 * 60);
    deliveries.push_back(std::move(next));
  }
  return deliveries;
}

TEST(ReportProperties, StateIsThatOfTheNewestReportAndRollUpsAreThoseOfAllWhateverTheOrder) {
  World world;
  world.run(world.watch.start());
  int trials = 0;
  EXPECT_TRUE(rc::check([&] {
    Trial trial(world);
    const auto customer = "customer-" + std::to_string(++trials);
    for (const auto& delivery : any_deliveries(customer, world.clock.now())) trial.deliver(delivery);
    for (const auto& [name, id] : trial.ids) {
      trial.check_state(name);
      trial.check_roll_ups(name);
      trial.check_status(name);
    }
  }));
}

}  // namespace
}  // namespace holdfast::fleet
