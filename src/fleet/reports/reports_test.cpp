#include "fleet/reports/reports.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>

#include "fleet_world.hpp"
#include "reports/report_text.hpp"
#include "store/hosts/hosts.hpp"
#include "store/reports/reports.hpp"
#include "store/sqlite/database.hpp"
#include "text/ulid.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using core::ErrorKind;
using core::HostState;
using core::Result;
using testing::IsEmpty;
using testing::SizeIs;

struct ReportsTest : testing::Test {
  Result<ReceivedReport> send(std::string document, KeyHolder sender = {{}, "report API key"}) {
    return world.run(world.reports.receive(std::move(sender), std::move(document), "192.0.2.7"));
  }
  ReceivedReport must_send(std::string document) { return send(std::move(document)).value(); }
  HostOverview host(const core::HostId& id) { return world.run(world.hosts.find(id)).value(); }
  KeyHolder key_of(std::string slug) {
    const auto id = world.run(world.customers.add(slug, slug, world.admin)).value();
    return {{id}, "key …abcd of " + slug};
  }
  std::size_t customers() { return world.run(world.customers.list({})).size(); }
  core::Time now() const { return world.clock.now(); }

  World world;
};

TEST_F(ReportsTest, TheFirstReportMakesCustomerAndReportOnlyHost) {
  const auto received = must_send(ReportText{.host = "web-01", .at = now()});
  EXPECT_EQ(received.customer_slug, "acme");
  EXPECT_TRUE(received.newest);
  const auto made = host(received.host);
  EXPECT_EQ(made.host.name, "web-01");
  EXPECT_FALSE(made.host.enrolled);
  EXPECT_EQ(made.customer.slug, "acme");
  EXPECT_EQ(made.status.state, HostState::Ok);
  EXPECT_EQ(made.host.facts.address, "192.0.2.7");
}

TEST_F(ReportsTest, AReportWithoutHostIsOfTheHostNamedLikeItsCustomer) {
  const auto received = must_send(R"({"customer_id":"acme"})");
  EXPECT_EQ(host(received.host).host.name, "acme");
  EXPECT_EQ(must_send(R"({"customer_id":"acme","host":"acme"})").host, received.host);
}

TEST_F(ReportsTest, TheDocumentIsKeptExactlyAsItWasSent) {
  const std::string document = R"( {"customer_id" : "acme", "own":[1,{"x":"ő"}]} )";
  const auto received = must_send(document);
  EXPECT_EQ(world.run(world.stored_reports.latest(received.host))->document, document);
  EXPECT_EQ(world.run(world.stored_reports.latest_of_customer(received.customer))->document, document);
}

TEST_F(ReportsTest, WhatIsNoReportSaysWhyAndMakesNothing) {
  const auto refused = send(R"({"customer_id":"Acme"})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Invalid);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("customer_id"));
  EXPECT_EQ(customers(), 1u);  // the default one
}

TEST_F(ReportsTest, TheSameReportTwiceIsOne) {
  const std::string document = ReportText{.at = now() - 1min};
  const auto first = must_send(document);
  world.clock.advance(10s);
  const auto second = must_send(document);
  EXPECT_FALSE(first.duplicate);
  EXPECT_TRUE(second.duplicate);
  EXPECT_THAT(world.run(world.stored_reports.last(first.host, 10)), SizeIs(1));
}

TEST_F(ReportsTest, TheSameReportTwiceAtOnceIsOne) {
  const std::string document = ReportText{.at = now() + 2s};
  const auto both = [&]() -> Task<int> {
    std::vector<ReceivedReport> received;
    runtime::Signal answered(world.loop);
    const auto deliver = [&]() -> Task<> {
      KeyHolder sender{{}, "key"};
      const auto one = co_await world.reports.receive(std::move(sender), document, std::string());
      received.push_back(one.value());
      answered.notify_all();
    };
    runtime::asio::co_spawn(world.loop, deliver(), runtime::asio::detached);
    co_await deliver();
    while (received.size() < 2) co_await answered.wait();
    co_return received[0].duplicate + received[1].duplicate;
  };
  EXPECT_EQ(world.run(both()), 1);
}

TEST_F(ReportsTest, AReportThatComesAgainWhenItsMomentHasPassedIsStillOne) {
  const std::string document = ReportText{.at = now() + 3s};
  const auto first = must_send(document);
  world.clock.advance(20s);
  EXPECT_TRUE(must_send(document).duplicate);
  world.clock.advance(20s);
  EXPECT_TRUE(must_send(document).duplicate);
  EXPECT_THAT(world.run(world.stored_reports.last(first.host, 10)), SizeIs(1));
}

TEST_F(ReportsTest, DocumentsWithoutATimestampAreDifferentReportsEvenAtOnce) {
  const auto first = must_send(R"({"customer_id":"acme"})");
  EXPECT_FALSE(must_send(R"({"customer_id":"acme"})").duplicate);
  EXPECT_THAT(world.run(world.stored_reports.last(first.host, 10)), SizeIs(2));
}

TEST_F(ReportsTest, AnotherDocumentOfTheSameMomentIsStoredToo) {
  const auto moment = now() - 1min;
  const std::string first = ReportText{.at = moment, .cpu = 10};
  const std::string second = ReportText{.at = moment, .cpu = 20};
  const auto id = must_send(first).host;
  const auto received = must_send(second);
  EXPECT_FALSE(received.duplicate);
  EXPECT_TRUE(received.newest);
  EXPECT_EQ(received.at, moment + 1ms);
  EXPECT_EQ(world.run(world.stored_reports.latest(id))->document, second);
  for (const auto& document : {first, second}) EXPECT_TRUE(must_send(document).duplicate);
  EXPECT_THAT(world.run(world.stored_reports.last(id, 10)), SizeIs(2));
}

TEST_F(ReportsTest, OfTwoThatComeWithinOneMillisecondTheLaterIsTheNewer) {
  const auto id = must_send(R"({"customer_id":"acme","own":1})").host;
  const std::string second = R"({"customer_id":"acme","own":2})";
  EXPECT_TRUE(must_send(second).newest);
  must_send(ReportText{.host = "acme", .at = now() - 1h});
  EXPECT_EQ(world.run(world.stored_reports.latest(id))->document, second);
}

TEST_F(ReportsTest, MoreReportsOfOneMomentThanThereIsRoomForAreRefused) {
  const auto id = must_send(ReportText{.at = now()}).host;
  const auto fill = [&](store::Transaction& tx) {
    store::StoredReport stored;
    stored.host = id;
    stored.document.bytes = "not read";
    for (int i = 1; i <= 10'000; ++i) {
      stored.at = stored.received_at = now() + 1ms * i;
      store::add_report(tx, stored);
    }
  };
  world.run(world.database.write(fill));
  EXPECT_EQ(send(ReportText{.at = now(), .cpu = 1}).error().code, "too_many_at_once");
}

TEST_F(ReportsTest, AReportFromThePastDoesNotOverwriteNewerState) {
  const auto newer = must_send(ReportText{.at = now(), .health = core::Health::Fail});
  const auto older = must_send(ReportText{.at = now() - 2h, .health = core::Health::Ok});
  EXPECT_FALSE(older.newest);
  EXPECT_EQ(host(newer.host).report->figures.health, core::Health::Fail);
  const auto last = world.run(world.stored_reports.last(newer.host, 10));
  ASSERT_THAT(last, SizeIs(2));
  EXPECT_EQ(last[1].at, now() - 2h);
}

TEST_F(ReportsTest, AReportFromThePastSaysOnlyThatTheHostWasAliveThen) {
  const auto received = must_send(ReportText{.at = now() - 2h});
  EXPECT_EQ(host(received.host).status.state, HostState::Down);
  must_send(ReportText{.at = now() - 10min});
  EXPECT_EQ(host(received.host).status.state, HostState::Ok);
}

TEST_F(ReportsTest, AClockInTheFutureIsFlaggedAndNeverMakesTheHostLookFresh) {
  world.run(world.watch.start());
  const auto received = must_send(ReportText{.at = now() + 24h});
  EXPECT_TRUE(received.clock_ahead);
  EXPECT_EQ(received.at, now());
  EXPECT_TRUE(host(received.host).report->clock_ahead);
  for (int minute = 0; minute < 61; ++minute) {
    world.clock.advance(1min);
    world.run(world.watch.round());
  }
  EXPECT_EQ(host(received.host).status.state, HostState::Down);
}

TEST_F(ReportsTest, AClockThatIsALittleAheadIsNothingToSpeakOf) {
  const auto received = must_send(ReportText{.at = now() + 5min});
  EXPECT_FALSE(received.clock_ahead);
  EXPECT_EQ(received.at, now());
}

TEST_F(ReportsTest, ARightClockTakesOverFromOneThatWasAhead) {
  const auto ahead = must_send(ReportText{.at = now() + 24h, .cpu = 10});
  world.clock.advance(15min);
  const auto right = must_send(ReportText{.at = now(), .cpu = 20});
  EXPECT_TRUE(right.newest);
  EXPECT_EQ(host(ahead.host).report->figures.cpu_percent, 20);
  EXPECT_FALSE(host(ahead.host).report->clock_ahead);
}

TEST_F(ReportsTest, AKeyOfACustomerWritesThatCustomerOnly) {
  const auto key = key_of("acme");
  ASSERT_TRUE(send(ReportText{.customer = "acme"}, key));
  const auto refused = send(ReportText{.customer = "other"}, key);
  EXPECT_EQ(refused.error().kind, ErrorKind::Forbidden);
  EXPECT_EQ(refused.error().code, "other_customer");
  EXPECT_EQ(customers(), 2u);
}

TEST_F(ReportsTest, AKeyCannotWriteToACustomerThatIsThere) {
  const auto other = must_send(ReportText{.customer = "other", .at = now()});
  const auto refused = send(ReportText{.customer = "other", .at = now() + 1min}, key_of("acme"));
  EXPECT_EQ(refused.error().code, "other_customer");
  EXPECT_THAT(world.run(world.stored_reports.last(other.host, 10)), SizeIs(1));
}

TEST_F(ReportsTest, ReportsMakeOnlySoManyHosts) {
  const auto key = key_of("acme");
  const auto fill = [&](store::Transaction& tx) {
    for (std::size_t i = 0; i < kMaxReportedHosts; ++i) {
      const auto now = world.clock.now();
      const core::HostId id(text::make_ulid(now, runtime::random_ulid_entropy()));
      store::add_host(tx, {id, *key.scope.customer, "host", false, {}, now, {}});
    }
  };
  world.run(world.database.write(fill));
  const auto refused = send(ReportText{.host = "one-more"}, key);
  EXPECT_EQ(refused.error().kind, ErrorKind::TooMany);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("1000"));
}

TEST_F(ReportsTest, AnEnrolledHostOfThatNameIsAdopted) {
  const auto enrolled = world.enrol("db-01").host;
  const auto received = must_send(ReportText{.customer = "default", .host = "db-01", .at = now()});
  EXPECT_EQ(received.host, enrolled);
  EXPECT_TRUE(host(enrolled).host.enrolled);
  EXPECT_EQ(host(enrolled).host.facts.os, "Debian");
}

TEST_F(ReportsTest, AHostKeepsItsReportsWhenItIsRenamed) {
  const auto before = must_send(ReportText{.host = "web-01", .at = now()});
  world.run(world.hosts.rename(before.host, "Front door", world.admin)).value();
  world.clock.advance(1min);
  const auto after = must_send(ReportText{.host = "web-01", .at = now()});
  EXPECT_EQ(after.host, before.host);
  EXPECT_EQ(host(after.host).host.name, "Front door");
}

TEST_F(ReportsTest, AHostThatWasRemovedIsMadeAnewByItsNextReport) {
  const auto before = must_send(ReportText{.at = now()});
  world.run(world.hosts.remove(before.host, world.admin)).value();
  world.clock.advance(1min);
  const auto after = must_send(ReportText{.at = now()});
  EXPECT_NE(after.host, before.host);
  EXPECT_EQ(world.run(world.stored_reports.latest(after.host))->at, now());
}

TEST_F(ReportsTest, FactsOfAReportOnlyHostFollowItsReports) {
  const auto received = must_send(
      R"({"customer_id":"acme","controller_version":"2.1","system":{"hostname":"w1","os":"Alpine","arch":"aarch64"}})");
  const auto facts = host(received.host).host.facts;
  EXPECT_EQ(facts.os, "Alpine");
  EXPECT_EQ(facts.agent_version, "2.1");
}

TEST_F(ReportsTest, LongTextsReachTheListsCutAndTheDocumentStaysAsItWasSent) {
  const std::string text = std::string(254, 'x') + std::string(30'000, 'y') + "ű";
  const auto member = [&](std::string_view name) { return fmt::format(R"("{}":"{}")", name, text); };
  const auto document =
      fmt::format(R"({{"customer_id":"acme",{},{},"system":{{{},{},{},{}}}}})", member("controller_version"),
                  member("config_hash"), member("hostname"), member("os"), member("arch"), member("kernel"));
  const auto received = must_send(document);
  const auto found = host(received.host);
  const auto& facts = found.host.facts;
  for (const auto& kept : {facts.hostname, facts.os, facts.arch, facts.kernel, facts.agent_version,
                           found.report->controller_version, found.report->config_hash})
    EXPECT_EQ(kept, std::string(254, 'x') + 'y');
  EXPECT_EQ(world.run(world.stored_reports.latest(received.host))->document, document);
}

TEST_F(ReportsTest, AnAgentReportsForItsOwnHostWhateverCustomerItNames) {
  const auto enrolled = world.enrol("db-01").host;
  const auto received =
      world.run(world.reports.receive_from_agent(enrolled, ReportText{.customer = "stranger", .at = now()})).value();
  EXPECT_EQ(received.host, enrolled);
  EXPECT_EQ(received.customer_slug, "default");
  EXPECT_EQ(customers(), 1u);
}

TEST_F(ReportsTest, TheClockOfAnAgentIsCorrectedByWhatIsKnownOfIt) {
  const auto enrolled = world.enrol("db-01").host;
  const std::string document = ReportText{.at = now() - 24h - 1min, .tells_of_backups = false};
  const auto first = world.run(world.reports.receive_from_agent(enrolled, document, 24h)).value();
  EXPECT_EQ(first.at, now() - 1min);
  EXPECT_EQ(host(enrolled).status.state, HostState::Warning) << "nothing is backed up yet";
  const auto again = world.run(world.reports.receive_from_agent(enrolled, document, 24h + 37ms)).value();
  EXPECT_TRUE(again.duplicate);
}

TEST_F(ReportsTest, AllThatAnAgentWithAWrongClockSendsAgainIsKnownHoweverMuchItIs) {
  const auto enrolled = world.enrol("db-01").host;
  std::vector<std::string> documents;
  for (int i = 0; i < 30; ++i) documents.push_back(ReportText{.at = now() - 24h - 15min * i, .cpu = i});
  const auto deliver = [&](core::milliseconds offset) {
    int duplicates = 0;
    for (const auto& document : documents)
      duplicates += world.run(world.reports.receive_from_agent(enrolled, document, offset))->duplicate;
    return duplicates;
  };
  EXPECT_EQ(deliver(24h), 0);
  EXPECT_EQ(deliver(24h + 37ms), 30);
  EXPECT_EQ(deliver(24h - 2min), 30);
}

TEST_F(ReportsTest, AnAgentOfARemovedHostIsTold) {
  const auto enrolled = world.enrol("db-01").host;
  world.run(world.hosts.remove(enrolled, world.admin)).value();
  EXPECT_EQ(world.run(world.reports.receive_from_agent(enrolled, ReportText{})).error().code, "no_such_host");
}

TEST_F(ReportsTest, ViewersAreToldOfTheHostAndOfTheFleetWhenItsStatusChanges) {
  const auto viewer = world.live.subscribe({{Topic::Host, {}}, {Topic::Fleet, {}}});
  const auto id = must_send(ReportText{.at = now() - 2min}).host.text();
  EXPECT_THAT(world.run(viewer->wait(0s)),
              testing::UnorderedElementsAre(Change{Topic::Host, id}, Change{Topic::Fleet, {}}));
  must_send(ReportText{.at = now() - 1min});
  EXPECT_THAT(world.run(viewer->wait(0s)), testing::ElementsAre(Change{Topic::Host, id}));
  must_send(ReportText{.at = now(), .health = core::Health::Fail});
  EXPECT_THAT(world.run(viewer->wait(0s)), SizeIs(2));
}

TEST_F(ReportsTest, MomentsAreListedWithoutReadingTheDocuments) {
  const auto host = must_send(ReportText{.at = now()}).host;
  const auto damage = [&](store::Transaction& tx) {
    store::PackedDocument damaged;
    damaged.dictionary = 77;
    damaged.bytes = "damaged";
    for (int i = 1; i <= 3; ++i) store::add_report(tx, {0, host, now() - 1min * i, now(), false, false, damaged});
  };
  world.run(world.database.write(damage));
  const auto moments = world.run(world.stored_reports.moments(host, 3));
  ASSERT_THAT(moments, SizeIs(3));
  EXPECT_EQ(moments[0].at, now());
  EXPECT_EQ(moments[2].at, now() - 2min);
}

// Else it would go on packing with one that expiry takes for replaced.
TEST_F(ReportsTest, ABaseThatTheDatabaseHasAndThePackerNotIsTakenUp) {
  const auto host = must_send(ReportText{.at = now()}).host;
  world.clock.advance(25h);
  store::Packer other;
  const auto newest = [&](store::View& view) { return store::find_newest_base(view, host); };
  const auto go_on = [&](store::Transaction& tx) {
    auto base = other.next_base(host, R"({"customer_id":"acme"})", now() - 1min);
    base->number = newest(tx)->number + 1;
    return store::add_base(tx, *base);
  };
  EXPECT_TRUE(world.run(world.database.write(go_on)));
  must_send(ReportText{.at = now()});
  must_send(ReportText{.at = now() + 1s});
  const auto last = [&](store::View& view) { return store::last_reports(view, host, 1).at(0).document.base; };
  EXPECT_EQ(world.run(world.database.read(last)), 2);
  EXPECT_EQ(world.run(world.database.read(newest))->number, 2);
}

TEST_F(ReportsTest, ADocumentOfAnotherHostIsNotFound) {
  const auto one = must_send(ReportText{.host = "one", .at = now()});
  const auto two = must_send(ReportText{.host = "two", .at = now() - 1min});
  EXPECT_EQ(world.run(world.stored_reports.find(one.host, one.at))->host, one.host);
  EXPECT_EQ(world.run(world.stored_reports.find(two.host, one.at)).error().code, "no_such_report");
}

TEST_F(ReportsTest, ReportsAreReadAfterARestart) {
  const std::string document = ReportText{.at = now()};
  const auto received = must_send(document);
  for (int day = 0; day < 3; ++day) {
    world.clock.advance(24h);
    must_send(ReportText{.at = now(), .cpu = day});
  }
  store::Packer packer;
  ReportUpkeep upkeep(world.database, world.clock, world.live, world.watch, packer);
  world.run(upkeep.load());
  Reports after(world.database, world.clock, world.live, world.watch, world.report_keys, packer, {});
  StoredReports stored(world.database, world.clock, packer);
  EXPECT_EQ(world.run(stored.last(received.host, 10)).back().document, document);
  world.clock.advance(15min);
  const std::string more = ReportText{.at = now()};
  EXPECT_TRUE(world.run(after.receive({{}, "key"}, more, "")));
  EXPECT_EQ(world.run(world.stored_reports.latest(received.host))->document, more);
}

TEST_F(ReportsTest, ACustomerWithoutReportsHasNoHistory) {
  const auto id = *key_of("acme").scope.customer;
  EXPECT_FALSE(world.run(world.stored_reports.latest_of_customer(id)));
  EXPECT_EQ(world.run(world.histories.of_customer(id, {now() - 24h, now()})).error().code, "no_reports");
}

}  // namespace
}  // namespace holdfast::fleet
