#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet_world.hpp"
#include "reports/report_text.hpp"
#include "store/accounts/accounts.hpp"
#include "store/sqlite/database.hpp"
#include "text/ulid.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using core::HostState;
using core::LimitOrigin;

core::LimitSet backup_age(std::chrono::seconds age) {
  core::LimitSet limits;
  limits.backup_age = age;
  return limits;
}

struct LimitsTest : testing::Test {
  LimitsTest() {
    world.run(world.watch.start());
    const std::string document = ReportText{.at = world.clock.now(), .backup = world.clock.now() - 30h};
    const auto received = world.run(world.reports.receive({{}, "key"}, document, "")).value();
    host = received.host;
    customer = received.customer;
  }
  HostState state() { return world.run(world.hosts.find(host))->status.state; }
  LimitOrigin origin() { return world.run(world.hosts.limits(host)).value().all.backup_age.origin; }
  std::string last_audit() {
    const auto look = [](store::View& view) { return store::list_audit(view, 1); };
    const auto entry = world.run(world.database.read(look)).front();
    return entry.action + " " + entry.detail;
  }

  World world;
  core::HostId host;
  core::CustomerId customer;
};

TEST_F(LimitsTest, OfAHostReplaceThoseOfTheHubAtOnce) {
  EXPECT_EQ(state(), HostState::Warning);
  world.run(world.hosts.set_limits(host, backup_age(192h), world.admin)).value();
  EXPECT_EQ(state(), HostState::Ok);
  EXPECT_EQ(last_audit(), "host.limits backup 691200 s");
  EXPECT_EQ(origin(), LimitOrigin::Host);
  world.run(world.hosts.set_limits(host, {}, world.admin)).value();
  EXPECT_EQ(state(), HostState::Warning);
  EXPECT_EQ(origin(), LimitOrigin::Hub);
}

TEST_F(LimitsTest, OfACustomerGiveWayToThoseOfATagAndTheseToTheHost) {
  world.run(world.hosts.set_customer_limits(customer, backup_age(192h), world.admin)).value();
  EXPECT_EQ(state(), HostState::Ok);
  EXPECT_EQ(origin(), LimitOrigin::Customer);
  world.run(world.hosts.set_tag_limits(" Daily ", backup_age(20h), world.admin)).value();
  EXPECT_EQ(state(), HostState::Ok) << "it does not have the tag";
  world.run(world.hosts.set_tags(host, {"daily"}, world.admin)).value();
  EXPECT_EQ(state(), HostState::Warning);
  EXPECT_EQ(origin(), LimitOrigin::Tag);
  world.run(world.hosts.set_tag_limits("daily", backup_age(14h), world.admin)).value();
  EXPECT_EQ(state(), HostState::Down) << "everybody with the tag is judged again";
  world.run(world.hosts.set_limits(host, backup_age(300h), world.admin)).value();
  EXPECT_EQ(state(), HostState::Ok);
}

TEST_F(LimitsTest, ThatCannotBeAreRefusedAndChangeNothing) {
  EXPECT_EQ(world.run(world.hosts.set_limits(host, backup_age(0s), world.admin)).error().code, "limit_invalid");
  EXPECT_EQ(world.run(world.hosts.set_tag_limits("two words", {}, world.admin)).error().code, "tag_invalid");
  EXPECT_EQ(world.run(world.hosts.set_tag_limits("unused", {}, world.admin)).error().code, "no_tag_limits");
  const core::HostId nobody(text::make_ulid(world.clock.now(), runtime::random_ulid_entropy()));
  EXPECT_EQ(world.run(world.hosts.set_limits(nobody, {}, world.admin)).error().code, "no_such_host");
  EXPECT_EQ(world.run(world.hosts.limits(host, Scope{core::CustomerId(nobody.text())})).error().code, "no_such_host");
}

TEST_F(LimitsTest, OfSilenceMoveTheMomentAtWhichAHostIsMissed) {
  world.run(world.hosts.set_limits(host, {{192h}, {2h}, {4h}, {}, {}, {}}, world.admin)).value();
  const auto pass = [&](int minutes) {
    for (; minutes > 0; --minutes) {
      world.clock.advance(1min);
      world.run(world.watch.round());
    }
  };
  pass(119);
  EXPECT_EQ(state(), HostState::Ok);
  pass(1);
  EXPECT_EQ(state(), HostState::Warning);
}

TEST_F(LimitsTest, AHostThatNeedsNoBackupIsNotJudgedByThem) {
  HostChange change;
  change.needs_backup = false;
  world.run(world.hosts.change(host, change, world.admin)).value();
  EXPECT_EQ(state(), HostState::Ok);
  EXPECT_EQ(last_audit(), "host.needs_backup no");
  EXPECT_FALSE(world.run(world.hosts.find(host))->host.needs_backup);
}

}  // namespace
}  // namespace holdfast::fleet
