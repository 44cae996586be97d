#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <functional>

#include "fleet/accounts/customers.hpp"
#include "fleet/reports/reports.hpp"
#include "fleet_world.hpp"
#include "store/accounts/accounts.hpp"
#include "store/accounts/customers.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using core::ErrorKind;
using core::Result;
using testing::HasSubstr;
using testing::SizeIs;

struct ReportKeysTest : testing::Test {
  core::CustomerId add(std::string slug) { return world.run(world.customers.add(slug, slug, world.admin)).value(); }
  MadeKey make(const core::CustomerId& id) { return world.run(world.customers.make_key(id, world.admin)).value(); }
  Result<KeyHolder> show(std::string key, std::string address = "192.0.2.7") {
    return world.run(world.report_keys.authenticate(std::move(key), std::move(address)));
  }
  CustomerDetail find(const core::CustomerId& id) { return world.run(world.customers.find(id.text())).value(); }

  runtime::Loop other_loop;
  World world;
  core::CustomerId acme = add("acme");
};

TEST_F(ReportKeysTest, AKeyReachesItsCustomerOnly) {
  const auto other = add("other");
  const auto holder = show(make(acme).key).value();
  EXPECT_TRUE(holder.scope.sees(acme));
  EXPECT_FALSE(holder.scope.sees(other));
  EXPECT_THAT(holder.name, HasSubstr("acme"));
}

TEST_F(ReportKeysTest, AReloadThatReadBeforeAKeyWasRevokedDoesNotBringItBack) {
  const auto key = make(acme).key;
  const auto key_id = find(acme).keys.front().id;
  store::Database same_file(other_loop, world.directory / "holdfast.db");
  std::exception_ptr failure;
  runtime::asio::co_spawn(world.loop, world.keys.reload(acme), [&](std::exception_ptr error) { failure = error; });
  world.loop.restart();
  world.loop.poll_one();  // it reads, and what it reads waits for the loop
  const auto erase = [&](store::Transaction& tx) { return store::remove_customer_key(tx, key_id); };
  std::function<bool(store::Transaction&)> work = erase;
  runtime::asio::co_spawn(other_loop, same_file.write(work), runtime::asio::detached);
  other_loop.run();
  world.keys.remove(key_id);
  world.loop.run();
  EXPECT_FALSE(failure);
  EXPECT_EQ(show(key).error().kind, ErrorKind::Unauthorized);
}

TEST_F(ReportKeysTest, TheKeyOfTheConfigurationReachesAll) {
  EXPECT_TRUE(show("report-api-key")->scope.sees(acme));
}

TEST_F(ReportKeysTest, WithoutAConfiguredKeyAnEmptyOneIsNotValid) {
  ReportKeys keys(world.clock, world.keys, "");
  EXPECT_EQ(world.run(keys.authenticate("", "192.0.2.7")).error().kind, ErrorKind::Unauthorized);
}

TEST_F(ReportKeysTest, WhateverIsWrongTheAnswerIsTheSame) {
  const auto wrong = show("report-api-kez").error();
  for (const std::string key : {"", "x", "hfk_0000000000000000000000000000000000000", "report-api-key "}) {
    EXPECT_EQ(show(key).error().message, wrong.message);
    EXPECT_EQ(show(key).error().code, "key_invalid");
  }
}

TEST_F(ReportKeysTest, FailuresAreThrottledByAddressAndKeysOfCustomersAreNot) {
  const auto made = make(acme);
  for (int i = 0; i < 11; ++i) show("wrong");
  EXPECT_EQ(show("wrong").error().kind, ErrorKind::TooMany);
  EXPECT_EQ(show("report-api-key").error().kind, ErrorKind::TooMany);
  EXPECT_TRUE(show(made.key));
  EXPECT_TRUE(show("report-api-key", "192.0.2.8"));
  world.clock.advance(2min);
  EXPECT_TRUE(show("report-api-key"));
}

TEST_F(ReportKeysTest, ALongKeyOfTheConfigurationIsLetInWhileItsAddressIsThrottled) {
  const std::string key(24, 'k');
  ReportKeys keys(world.clock, world.keys, key);
  const auto try_it = [&](std::string tried) { return world.run(keys.authenticate(std::move(tried), "192.0.2.7")); };
  for (int i = 0; i < 11; ++i) try_it("wrong");
  EXPECT_EQ(try_it("wrong").error().kind, ErrorKind::TooMany);
  EXPECT_TRUE(try_it(key));
  EXPECT_EQ(try_it("wrong").error().kind, ErrorKind::TooMany);
}

TEST_F(ReportKeysTest, AKeyIsShownOnceAndKnownByItsLastCharacters) {
  const auto made = make(acme);
  const auto detail = find(acme);
  ASSERT_THAT(detail.keys, SizeIs(1));
  EXPECT_TRUE(made.key.ends_with(detail.keys[0].hint));
  EXPECT_TRUE(detail.keys[0].token_hash.empty());
}

TEST_F(ReportKeysTest, ARotatedKeyGoesOnForADay) {
  const auto old = make(acme);
  const auto fresh = world.run(world.customers.rotate_key(acme, world.admin)).value();
  world.clock.advance(23h);
  EXPECT_TRUE(show(old.key));
  world.clock.advance(1h);
  EXPECT_FALSE(show(old.key));
  EXPECT_TRUE(show(fresh.key));
  EXPECT_THAT(find(acme).keys, SizeIs(1));
}

TEST_F(ReportKeysTest, ARevokedKeyEndsAtOnce) {
  const auto made = make(acme);
  const auto other = add("other");
  EXPECT_EQ(world.run(world.customers.revoke_key(other, made.id, world.admin)).error().code, "no_such_key");
  EXPECT_TRUE(show(made.key));
  world.run(world.customers.revoke_key(acme, made.id, world.admin)).value();
  EXPECT_FALSE(show(made.key));
  EXPECT_THAT(find(acme).keys, testing::IsEmpty());
}

TEST_F(ReportKeysTest, KeysAreKnownAfterARestart) {
  const auto made = make(acme);
  KeyRing ring(world.database);
  ReportKeys keys(world.clock, ring, "");
  world.run(ring.load());
  EXPECT_EQ(world.run(keys.authenticate(made.key, ""))->scope.customer, acme);
}

TEST_F(ReportKeysTest, ItIsRememberedWhenAKeyWasUsed) {
  const auto made = make(acme);
  EXPECT_FALSE(find(acme).keys[0].last_used_at);
  show(made.key);
  EXPECT_EQ(find(acme).keys[0].last_used_at, world.clock.now()) << "before it is saved";
  world.run(world.keys.save_last_used());
  EXPECT_EQ(find(acme).keys[0].last_used_at, world.clock.now());
}

TEST_F(ReportKeysTest, ACustomerHasOnlySoManyKeys) {
  for (std::size_t i = 0; i < kMaxKeys; ++i) make(acme);
  EXPECT_EQ(world.run(world.customers.make_key(acme, world.admin)).error().code, "too_many_keys");
}

TEST_F(ReportKeysTest, TheAuditLogTellsOfKeysWithoutThem) {
  const auto made = make(acme);
  world.run(world.customers.revoke_key(acme, made.id, world.admin)).value();
  const auto entries = world.run(world.database.read([](store::View& view) { return store::list_audit(view, 10); }));
  EXPECT_EQ(entries[0].action, "customer_key.revoke");
  EXPECT_EQ(entries[1].action, "customer_key.make");
  for (const auto& entry : entries) EXPECT_EQ(entry.detail.find(made.key), std::string::npos);
}

}  // namespace
}  // namespace holdfast::fleet
