#include "fleet/accounts/customers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet_world.hpp"
#include "reports/report_text.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using core::ErrorKind;
using core::HostState;

struct CustomersTest : testing::Test {
  core::CustomerId add(std::string slug) { return world.run(world.customers.add(slug, slug, world.admin)).value(); }
  ReceivedReport report(std::string customer, std::string host) {
    const std::string document =
        ReportText{.customer = std::move(customer), .host = std::move(host), .at = world.clock.now()};
    return world.run(world.reports.receive({{}, "key"}, document, "")).value();
  }
  core::Result<CustomerDetail> find(std::string id_or_slug, Scope scope = {}) {
    return world.run(world.customers.find(std::move(id_or_slug), std::move(scope)));
  }
  HostState state(const core::HostId& host) { return world.run(world.hosts.find(host))->status.state; }

  World world;
};

TEST_F(CustomersTest, ACustomerIsFoundByIdAndBySlug) {
  const auto id = add("acme");
  EXPECT_EQ(find("acme")->row.customer.id, id);
  EXPECT_EQ(find(id.text())->row.customer.slug, "acme");
  EXPECT_EQ(find("nobody").error().kind, ErrorKind::NotFound);
}

TEST_F(CustomersTest, WhatIsOutOfScopeIsNotThere) {
  const auto acme = add("acme");
  const auto other = add("other");
  EXPECT_TRUE(find("acme", {acme}));
  EXPECT_EQ(find("acme", {other}).error().kind, ErrorKind::NotFound);
}

TEST_F(CustomersTest, SlugsAreCheckedAndUnique) {
  add("acme");
  EXPECT_EQ(world.run(world.customers.add("acme", "Another", world.admin)).error().code, "slug_taken");
  EXPECT_EQ(world.run(world.customers.add("A B", "x", world.admin)).error().kind, ErrorKind::Invalid);
  EXPECT_EQ(world.run(world.customers.add("fine", "", world.admin)).error().kind, ErrorKind::Invalid);
}

TEST_F(CustomersTest, TheListTellsTheStatesOfTheHosts) {
  report("acme", "one");
  report("acme", "two");
  const auto rows = world.run(world.customers.list({}));
  const auto acme = std::ranges::find(rows, "acme", [](const auto& row) { return row.customer.slug; });
  ASSERT_NE(acme, rows.end());
  EXPECT_EQ(acme->counts.ok, 2u);
  EXPECT_TRUE(acme->report);
}

TEST_F(CustomersTest, NameAndNotesCanBeChanged) {
  const auto id = add("acme");
  world.run(world.customers.change(id, "ACME Ltd.", "Call Anna", world.admin)).value();
  EXPECT_EQ(find("acme")->row.customer.name, "ACME Ltd.");
  EXPECT_EQ(find("acme")->notes, "Call Anna");
  EXPECT_EQ(world.run(world.customers.change(id, "x", "\xFF", world.admin)).error().kind, ErrorKind::Invalid);
  EXPECT_EQ(world.run(world.customers.change(core::CustomerId(), "x", "", world.admin)).error().kind,
            ErrorKind::NotFound);
}

TEST_F(CustomersTest, ACustomerWithHostsStays) {
  const auto received = report("acme", "one");
  EXPECT_EQ(world.run(world.customers.remove(received.customer, world.admin)).error().code, "customer_in_use");
  world.run(world.hosts.remove(received.host, world.admin)).value();
  world.run(world.customers.remove(received.customer, world.admin)).value();
  EXPECT_FALSE(find("acme"));
}

TEST_F(CustomersTest, TheDefaultCustomerStays) {
  const auto id = find("default")->row.customer.id;
  EXPECT_EQ(world.run(world.customers.remove(id, world.admin)).error().code, "default_customer");
}

TEST_F(CustomersTest, TheKeysOfARemovedCustomerEnd) {
  const auto id = add("acme");
  const auto made = world.run(world.customers.make_key(id, world.admin)).value();
  world.run(world.customers.remove(id, world.admin)).value();
  EXPECT_FALSE(world.run(world.report_keys.authenticate(made.key, "")));
}

TEST_F(CustomersTest, APauseHoldsForAllHostsAndEnds) {
  const auto one = report("acme", "one");
  const auto other = report("other", "one");
  world.run(world.customers.pause(one.customer, core::Pause{{}, "on holiday", "", {}}, world.admin)).value();
  EXPECT_EQ(state(one.host), HostState::Paused);
  EXPECT_EQ(state(other.host), HostState::Ok);
  const auto overview = world.run(world.hosts.find(one.host)).value();
  EXPECT_FALSE(overview.pause);
  EXPECT_EQ(overview.customer_pause->by, "admin");
  EXPECT_EQ(overview.customer_pause->since, world.clock.now());
  world.run(world.customers.pause(one.customer, {}, world.admin)).value();
  EXPECT_EQ(state(one.host), HostState::Ok);
}

TEST_F(CustomersTest, AHostThatIsMadeWhileItsCustomerIsPausedIsPausedToo) {
  const auto id = add("acme");
  world.run(world.customers.pause(id, core::Pause{world.clock.now() + 1h, "", "", {}}, world.admin)).value();
  EXPECT_EQ(state(report("acme", "one").host), HostState::Paused);
}

TEST_F(CustomersTest, APauseMustEndInTheFutureAndItsReasonIsOneLine) {
  const auto id = add("acme");
  const auto pause = [&](core::Pause wanted) { return world.run(world.customers.pause(id, wanted, world.admin)); };
  EXPECT_EQ(pause({world.clock.now(), "", "", {}}).error().code, "until_invalid");
  EXPECT_EQ(pause({{}, "two\nlines", "", {}}).error().code, "reason_invalid");
  EXPECT_EQ(pause({{}, std::string(201, 'x'), "", {}}).error().code, "reason_invalid");
}

}  // namespace
}  // namespace holdfast::fleet
