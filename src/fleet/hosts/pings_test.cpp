#include "fleet/hosts/pings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet_world.hpp"
#include "reports/report_text.hpp"
#include "store/accounts/customers.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using core::HostState;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

struct PingsTest : testing::Test {
  PingsTest() { customer = world.run(world.customers.add("acme", "Acme", world.admin)).value(); }

  std::string ping_key() { return world.run(world.customers.make_ping_key(customer, world.admin)).value().key; }
  std::string heartbeat(std::string name, std::chrono::seconds every = 0s) {
    return world.run(world.customers.make_heartbeat(customer, std::move(name), every, world.admin)).value().key;
  }
  core::Result<> ping(std::string key, PingCall call) {
    return world.run(pings.ping(std::move(key), std::move(call), "192.0.2.7"));
  }
  std::string code_of(std::string key, PingCall call) {
    const auto done = ping(std::move(key), std::move(call));
    return done ? "ok" : done.error().code;
  }
  HostOverview host(const std::string& name) {
    const auto look = [&](store::View& view) {
      return store::find_host_by_report_name(view, customer, name).value().id;
    };
    return world.run(world.hosts.find(world.run(world.database.read(look)))).value();
  }
  void wait(std::chrono::minutes time) {
    for (; time > 0min; time -= 1min) {
      world.clock.advance(1min);
      world.run(world.watch.round());
    }
  }

  World world;
  core::CustomerId customer;
  Pings pings{{world.database, world.clock, world.live, world.watch, world.keys, world.reports}};
};

TEST_F(PingsTest, MakeTheHostAndJudgeItsSilence) {
  world.run(world.watch.start());
  ASSERT_TRUE(ping(ping_key(), {{"router"}, ""}));
  EXPECT_EQ(host("router").status.state, HostState::Ok);
  EXPECT_FALSE(host("router").host.enrolled);
  EXPECT_FALSE(host("router").status.unprotected);
  wait(31min);
  EXPECT_EQ(host("router").status.state, HostState::Warning);
  EXPECT_THAT(host("router").status.reason(), StartsWith("No ping since "));
  EXPECT_EQ(host("router").status.cause(), core::StatusCause::Silence);
  wait(31min);
  EXPECT_EQ(host("router").status.state, HostState::Down);
}

TEST_F(PingsTest, AreReadAsHealthchecksHasThem) {
  const auto signal = [](std::string_view text, std::string_view body = "") { return read_signal(text, body); };
  EXPECT_EQ(signal("")->kind, core::PingKind::Success);
  EXPECT_EQ(signal("0")->kind, core::PingKind::Success);
  EXPECT_EQ(signal("start")->kind, core::PingKind::Start);
  EXPECT_EQ(signal("log")->kind, std::nullopt);
  EXPECT_EQ(signal("3")->detail, "exit code 3");
  EXPECT_EQ(signal("255")->kind, core::PingKind::Failure);
  EXPECT_EQ(signal("fail", " \nno space left\r\nmore")->detail, "no space left");
  EXPECT_EQ(signal("fail", std::string(1000, 'x'))->detail.size(), 200u);
  EXPECT_EQ(signal("fail", "no \u202Etuo\x1B[2K")->detail, "no <U+202E>tuo<U+001B>[2K");
  EXPECT_EQ(signal("fail", "caf\xE9")->detail, "caf\xEF\xBF\xBD") << "not UTF-8";
  for (const auto* none : {"256", "-1", "00x", "Start", "success", "1.5", "9999999999999999999"})
    EXPECT_FALSE(signal(none)) << none;
}

TEST_F(PingsTest, AFailureMakesTheHostDownUntilTheNextSuccess) {
  const auto uuid = heartbeat("backup of nas", 24h);
  ASSERT_TRUE(ping(uuid, {{"fail"}, "disk full"}));
  EXPECT_EQ(host("backup of nas").status.state, HostState::Down);
  EXPECT_EQ(host("backup of nas").status.reason(), "The last ping tells of a failure: disk full");
  ASSERT_TRUE(ping(uuid, {{"start"}, ""}));
  ASSERT_TRUE(ping(uuid, {{"log"}, "x"}));
  EXPECT_EQ(host("backup of nas").status.state, HostState::Down) << "neither tells how it ended";
  ASSERT_TRUE(ping(uuid, {{"0"}, ""}));
  EXPECT_EQ(host("backup of nas").status.state, HostState::Ok);
}

TEST_F(PingsTest, AStartKeepsNobodyAlive) {
  world.run(world.watch.start());
  const auto uuid = heartbeat("nas");
  ASSERT_TRUE(ping(uuid, {{}, ""}));
  for (int i = 0; i < 5; ++i) {
    wait(15min);
    ASSERT_TRUE(ping(uuid, {{"start"}, ""}));
  }
  EXPECT_EQ(host("nas").status.state, HostState::Down);
}

TEST_F(PingsTest, OfAHeartbeatAreExpectedAsOftenAsItSays) {
  world.run(world.watch.start());
  ASSERT_TRUE(ping(heartbeat("nightly", 4h), {{}, ""}));
  wait(std::chrono::minutes(4h + 29min));
  EXPECT_EQ(host("nightly").status.state, HostState::Ok);
  wait(2min);
  EXPECT_EQ(host("nightly").status.state, HostState::Warning);
  wait(30min);
  EXPECT_EQ(host("nightly").status.state, HostState::Down);
}

TEST_F(PingsTest, OfAHostThatReportsAreNoReports) {
  world.run(world.watch.start());
  const auto key = ping_key();
  const std::string report = ReportText{.host = "nas", .at = world.clock.now(), .backup = world.clock.now()};
  world.run(world.reports.receive({Scope{customer}, "key"}, report, "")).value();
  wait(40min);
  ASSERT_TRUE(ping(key, {{"nas"}, ""}));
  EXPECT_THAT(host("nas").status.reason(), StartsWith("No report since "));
}

TEST_F(PingsTest, AHeartbeatThatIsOverdueShowsOnAHostThatReports) {
  world.run(world.watch.start());
  ASSERT_TRUE(ping(heartbeat("nas", 1h), {{}, ""}));
  for (int i = 0; i < 7; ++i) {
    const std::string report = ReportText{.host = "nas", .at = world.clock.now(), .backup = world.clock.now()};
    world.run(world.reports.receive({Scope{customer}, "key"}, report, "")).value();
    wait(15min);
  }
  EXPECT_EQ(host("nas").status.state, HostState::Warning);
  EXPECT_THAT(host("nas").status.reason(), StartsWith("No ping since "));
}

TEST_F(PingsTest, TakeNoKeyThatCanDoMore) {
  const auto key = world.run(world.customers.make_key(customer, world.admin)).value().key;
  EXPECT_EQ(code_of(key, {{"nas"}, ""}), "not_a_ping_key");
  EXPECT_EQ(code_of("report-api-key", {{"nas"}, ""}), "no_such_ping");
  EXPECT_EQ(code_of("hfp_nothing", {{"nas"}, ""}), "no_such_ping");
  EXPECT_EQ(code_of("", {{"nas"}, ""}), "no_such_ping");
  for (const auto& made : {ping_key(), heartbeat("nas")})
    EXPECT_EQ(world.run(world.report_keys.authenticate(made, "192.0.2.7")).error().code, "ping_key");
}

TEST_F(PingsTest, NameTheirHostOnceOnly) {
  EXPECT_EQ(code_of(ping_key(), {{}, ""}), "no_such_ping");
  EXPECT_EQ(code_of(heartbeat("nas"), {{"other"}, ""}), "no_such_ping");
  EXPECT_EQ(code_of(ping_key(), {{"nas", "256"}, ""}), "no_such_ping");
  EXPECT_EQ(code_of(ping_key(), {{std::string(300, 'x')}, ""}), "line_too_long");
}

TEST_F(PingsTest, EndWithTheirKey) {
  const auto made = world.run(world.customers.make_ping_key(customer, world.admin)).value();
  ASSERT_TRUE(ping(made.key, {{"nas"}, ""}));
  world.run(world.customers.revoke_key(customer, made.id, world.admin)).value();
  EXPECT_EQ(code_of(made.key, {{"nas"}, ""}), "no_such_ping");
}

TEST_F(PingsTest, HaveAddressesInTheFormOfHealthchecks) {
  EXPECT_THAT(heartbeat("a"), MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_NE(heartbeat("a"), heartbeat("b"));
  EXPECT_THAT(ping_key(), StartsWith("hfp_"));
  auto upper = heartbeat("c");
  for (auto& c : upper) c = static_cast<char>(std::toupper(c));
  EXPECT_TRUE(ping(upper, {{}, ""}));
}

TEST_F(PingsTest, KeepTheirKeysWhenTheKeysForReportsAreRotated) {
  const auto key = ping_key();
  world.run(world.customers.rotate_key(customer, world.admin)).value();
  world.clock.advance(48h);
  EXPECT_TRUE(ping(key, {{"nas"}, ""}));
}

TEST_F(PingsTest, MakeOnlySoManyHosts) {
  Reports few{world.database, world.clock, world.live, world.watch, world.report_keys, *world.packer, {2}};
  Pings limited{{world.database, world.clock, world.live, world.watch, world.keys, few}};
  const auto key = ping_key();
  for (const auto* name : {"a", "b"}) EXPECT_TRUE(world.run(limited.ping(key, {{name}, ""}, "")));
  EXPECT_EQ(world.run(limited.ping(key, {{"c"}, ""}, "")).error().code, "too_many_hosts");
}

}  // namespace
}  // namespace holdfast::fleet
