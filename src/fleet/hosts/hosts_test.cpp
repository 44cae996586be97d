#include "fleet/hosts/hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "fleet_world.hpp"
#include "reports/report_text.hpp"
#include "store/accounts/accounts.hpp"
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
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct HostsTest : testing::Test {
  ReceivedReport report(std::string host, core::Health health = core::Health::Ok, std::string customer = "acme") {
    const std::string document =
        ReportText{.customer = std::move(customer), .host = std::move(host), .at = world.clock.now(), .health = health};
    return world.run(world.reports.receive({{}, "key"}, document, "")).value();
  }
  FleetPage page(core::FleetQuery query) { return world.run(world.hosts.page(std::move(query))).value(); }
  HostOverview find(const core::HostId& id) { return world.run(world.hosts.find(id)).value(); }
  Result<> tag(const core::HostId& id, std::vector<std::string> tags) {
    return world.run(world.hosts.set_tags(id, std::move(tags), world.admin));
  }

  World world;
};

std::vector<std::string> names(const std::vector<FleetHost>& hosts) {
  std::vector<std::string> all;
  for (const auto& host : hosts) all.push_back(host.row.host.name);
  return all;
}

TEST_F(HostsTest, APageIsWorstFirstAndCountsAll) {
  report("fine");
  report("bad", core::Health::Fail);
  report("poor", core::Health::Warn);
  const auto first = page({});
  EXPECT_THAT(names(first.hosts), ElementsAre("bad", "poor", "fine"));
  EXPECT_EQ(first.counts.down, 1u);
  EXPECT_EQ(first.counts.total(), 3u);
  EXPECT_TRUE(first.next.empty());
}

TEST_F(HostsTest, PagesFollowEachOtherWithoutGapOrOverlap) {
  for (int i = 0; i < 25; ++i) report("host-" + std::to_string(100 + i));
  core::FleetQuery query;
  query.sort = core::FleetSort::Name;
  query.limit = 10;
  std::vector<std::string> all;
  std::vector<std::size_t> sizes;
  do {
    const auto next = page(query);
    for (auto& name : names(next.hosts)) all.push_back(std::move(name));
    sizes.push_back(next.hosts.size());
    query.after = next.next;
  } while (!query.after.empty());
  EXPECT_THAT(sizes, ElementsAre(10, 10, 5));
  EXPECT_TRUE(std::ranges::is_sorted(all));
  EXPECT_THAT(all, SizeIs(25));
}

TEST_F(HostsTest, TheLastPageIsFoundFromAnyOther) {
  for (int i = 0; i < 25; ++i) report("host-" + std::to_string(100 + i));
  core::FleetQuery query;
  query.sort = core::FleetSort::Name;
  query.limit = 10;
  query.after = page(query).last;
  const auto last = page(query);
  EXPECT_THAT(names(last.hosts), ElementsAre("host-120", "host-121", "host-122", "host-123", "host-124"));
  EXPECT_EQ(last.before, 20u);
  EXPECT_TRUE(last.last.empty());
  EXPECT_EQ(names(world.run(world.hosts.rows(query)).value()), names(last.hosts));
  query.limit = 100;
  EXPECT_THAT(page(query).hosts, SizeIs(25)) << "the last page is the first one by now";
  EXPECT_THAT(world.run(world.hosts.rows(query)).value(), SizeIs(25));
}

TEST_F(HostsTest, AFilterLeavesTheCountsOfAllAlone) {
  report("web-01");
  report("db-01", core::Health::Fail);
  core::FleetQuery query;
  query.filter = core::parse_filter("status:down").value();
  const auto down = page(query);
  EXPECT_THAT(names(down.hosts), ElementsAre("db-01"));
  EXPECT_EQ(down.matching.total(), 1u);
  EXPECT_EQ(down.counts.total(), 2u);
}

TEST_F(HostsTest, ACursorOfAnotherSortIsAnError) {
  report("one");
  core::FleetQuery query;
  query.after = "nonsense";
  EXPECT_EQ(world.run(world.hosts.page(query)).error().kind, ErrorKind::Invalid);
  EXPECT_EQ(world.run(world.hosts.rows(query)).error().kind, ErrorKind::Invalid);
}

TEST_F(HostsTest, IdsAreAllThatMatchInTheOrderOfThePages) {
  for (const std::string name : {"b", "a", "c"}) report(name);
  report("down", core::Health::Fail);
  for (const auto sort : {core::FleetSort::Worst, core::FleetSort::Name, core::FleetSort::Customer}) {
    core::FleetQuery query;
    query.sort = sort;
    std::vector<core::HostId> shown;
    for (const auto& host : page(query).hosts) shown.push_back(host.row.host.id);
    query.limit = 1;
    EXPECT_EQ(world.run(world.hosts.ids(query)), shown);
  }
  core::FleetQuery down;
  down.filter = core::parse_filter("status:down").value();
  EXPECT_THAT(world.run(world.hosts.ids(down)), SizeIs(1));
}

TEST_F(HostsTest, TheRowsOfThoseIdsAreAllThereWhenTheirOrderChangesMeanwhile) {
  for (const std::string name : {"a", "b", "c"}) report(name);
  const auto ids = world.run(world.hosts.ids({}));
  const auto first = world.run(world.hosts.rows(std::vector(ids.begin(), ids.begin() + 2)));
  world.clock.advance(1min);
  report("c", core::Health::Fail);
  const auto rest = world.run(world.hosts.rows(std::vector(ids.begin() + 2, ids.end())));
  EXPECT_THAT(names(first), ElementsAre("a", "b"));
  EXPECT_THAT(names(rest), ElementsAre("c"));
}

TEST_F(HostsTest, RowsTellWhoseAgentIsConnected) {
  const auto host = world.ready_host();
  RecordingLink link;
  world.agents.connected(host, link);
  const auto gone = report("gone").host;
  world.run(world.hosts.remove(gone, world.admin)).value();
  const auto rows = world.run(world.hosts.rows(std::vector{gone, host}));
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_TRUE(rows[0].presence);
  world.agents.disconnected(host, link);
}

TEST_F(HostsTest, CountsAreThoseOfACustomerWhereThatIsAsked) {
  report("one");
  const auto other = report("two", core::Health::Ok, "other");
  EXPECT_EQ(world.run(world.hosts.counts()).ok, 2u);
  EXPECT_EQ(world.run(world.hosts.counts({other.customer})).ok, 1u);
  EXPECT_THAT(world.run(world.hosts.cells({})), SizeIs(2));
}

TEST_F(HostsTest, AHostOutOfScopeIsNotThere) {
  const auto one = report("one");
  const auto two = report("two", core::Health::Ok, "other");
  EXPECT_TRUE(world.run(world.hosts.find(one.host, {one.customer})));
  EXPECT_FALSE(world.run(world.hosts.find(one.host, {two.customer})));
  EXPECT_EQ(world.run(world.hosts.detail(one.host, {two.customer})).error().kind, ErrorKind::NotFound);
}

TEST_F(HostsTest, TheDetailTellsEverythingOfAHost) {
  const auto host = world.ready_host();
  world.run(world.hosts.set_notes(host, "in the cellar\nbehind the door", world.admin)).value();
  ASSERT_TRUE(tag(host, {"prod"}));
  const auto detail = world.run(world.hosts.detail(host)).value();
  EXPECT_EQ(detail.notes, "in the cellar\nbehind the door");
  EXPECT_THAT(detail.overview.tags, ElementsAre("prod"));
  EXPECT_EQ(detail.overview.customer.slug, "default");
  EXPECT_TRUE(detail.overview.has_plan);
  EXPECT_THAT(detail.source_groups, SizeIs(1));
  ASSERT_THAT(detail.repositories, SizeIs(1));
  EXPECT_TRUE(detail.repositories[0].sealed_password.empty());
}

TEST_F(HostsTest, TagsAreTidied) {
  const auto host = report("one").host;
  ASSERT_TRUE(tag(host, {" Prod ", "db", "prod", "Ünnep"}));
  EXPECT_THAT(find(host).tags, ElementsAre("db", "prod", "Ünnep"));
  EXPECT_THAT(world.run(world.hosts.tags()), ElementsAre("db", "prod", "Ünnep"));
  ASSERT_TRUE(tag(host, {}));
  EXPECT_THAT(world.run(world.hosts.tags()), IsEmpty());
}

TEST_F(HostsTest, TagsThatNoFilterCouldNameAreRefused) {
  const auto host = report("one").host;
  for (const std::string wrong : {"", "two words", "a,b", "-lab", "\"x\"", "\xFF", "pro\u200Bd"}) {
    EXPECT_EQ(tag(host, {wrong}).error().code, "tag_invalid") << wrong;
  }
  EXPECT_EQ(tag(host, {std::string(41, 'x')}).error().code, "tag_invalid");
  EXPECT_TRUE(tag(host, {"ő" + std::string(39, 'x')}));
  std::vector<std::string> many;
  for (std::size_t i = 0; i <= kMaxTags; ++i) many.push_back("tag" + std::to_string(i));
  EXPECT_EQ(tag(host, many).error().code, "too_many_tags");
}

TEST_F(HostsTest, ChangesOfAHostThatIsNotThereSaySo) {
  const core::HostId nobody(text::make_ulid(world.clock.now(), runtime::random_ulid_entropy()));
  const auto customer = report("one").customer;
  EXPECT_EQ(tag(nobody, {}).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(world.run(world.hosts.set_notes(nobody, "", world.admin)).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(world.run(world.hosts.move(nobody, customer, world.admin)).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(world.run(world.hosts.pause(nobody, {}, world.admin)).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(world.run(world.hosts.remove(nobody, world.admin)).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(world.run(world.hosts.rename(nobody, "x", world.admin)).error().kind, ErrorKind::NotFound);
}

TEST_F(HostsTest, NotesHaveALimit) {
  const auto host = report("one").host;
  EXPECT_TRUE(world.run(world.hosts.set_notes(host, std::string(kMaxNotesBytes, 'x'), world.admin)));
  EXPECT_EQ(world.run(world.hosts.set_notes(host, std::string(kMaxNotesBytes + 1, 'x'), world.admin)).error().code,
            "notes_invalid");
}

TEST_F(HostsTest, AChangeIsAllOfItOrNothing) {
  const auto host = report("one").host;
  const auto target = world.run(world.customers.add("other", "Other", world.admin)).value();
  HostChange wanted{"new name", std::vector<std::string>{"Prod"}, "in the cellar", core::CustomerId()};
  EXPECT_EQ(world.run(world.hosts.change(host, wanted, world.admin)).error().code, "no_such_customer");
  wanted.customer = target;
  wanted.tags = {"two words"};
  EXPECT_EQ(world.run(world.hosts.change(host, wanted, world.admin)).error().code, "tag_invalid");
  EXPECT_EQ(find(host).host.name, "one");
  EXPECT_EQ(find(host).customer.slug, "acme");
  wanted.tags = {"Prod"};
  world.run(world.hosts.change(host, wanted, world.admin)).value();
  EXPECT_EQ(find(host).host.name, "new name");
  EXPECT_EQ(find(host).customer.slug, "other");
  EXPECT_THAT(find(host).tags, ElementsAre("prod"));
  EXPECT_EQ(world.run(world.hosts.detail(host))->notes, "in the cellar");
}

TEST_F(HostsTest, AChangeOfNothingChangesNothing) {
  const auto host = report("one").host;
  ASSERT_TRUE(tag(host, {"prod"}));
  world.run(world.hosts.change(host, {}, world.admin)).value();
  EXPECT_EQ(find(host).host.name, "one");
  EXPECT_THAT(find(host).tags, ElementsAre("prod"));
}

TEST_F(HostsTest, AHostMovesWithItsReports) {
  const auto one = report("one");
  const auto target = world.run(world.customers.add("other", "Other", world.admin)).value();
  world.run(world.hosts.move(one.host, target, world.admin)).value();
  EXPECT_EQ(find(one.host).customer.slug, "other");
  EXPECT_EQ(report("one", core::Health::Warn, "other").host, one.host);
  EXPECT_EQ(world.run(world.hosts.move(one.host, core::CustomerId(), world.admin)).error().code, "no_such_customer");
}

TEST_F(HostsTest, AHostDoesNotMoveToWhereItsNameIsTaken) {
  const auto one = report("one");
  const auto same = report("one", core::Health::Ok, "other");
  EXPECT_EQ(world.run(world.hosts.move(one.host, same.customer, world.admin)).error().code, "name_taken");
  EXPECT_EQ(find(one.host).customer.slug, "acme");
}

TEST_F(HostsTest, AHostThatMovesToAPausedCustomerIsPaused) {
  const auto one = report("one");
  const auto target = world.run(world.customers.add("other", "Other", world.admin)).value();
  world.run(world.customers.pause(target, core::Pause{}, world.admin)).value();
  world.run(world.hosts.move(one.host, target, world.admin)).value();
  EXPECT_EQ(find(one.host).status.state, HostState::Paused);
}

TEST_F(HostsTest, APauseIsSetAndTakenBack) {
  const auto host = report("one", core::Health::Fail).host;
  const core::Pause wanted{world.clock.now() + 2h, "disk swap", "somebody else", {}};
  world.run(world.hosts.pause(host, wanted, world.admin)).value();
  EXPECT_EQ(find(host).status.state, HostState::Paused);
  EXPECT_EQ(find(host).pause->by, "admin");
  EXPECT_EQ(find(host).pause->reason, "disk swap");
  world.run(world.hosts.pause(host, {}, world.admin)).value();
  EXPECT_EQ(find(host).status.state, HostState::Down);
  EXPECT_FALSE(find(host).pause);
}

TEST_F(HostsTest, ARemovedHostTakesItsReportsAlong) {
  const auto host = report("one").host;
  const auto fill = [&](store::Transaction& tx) {
    const store::Packer packer;
    for (int i = 1; i < 1200; ++i) {
      const auto at = world.clock.now() - 1s * i;
      store::add_report(tx, {0, host, at, at, false, false, packer.pack("{}")});
    }
  };
  world.run(world.database.write(fill));
  world.run(world.hosts.remove(host, world.admin)).value();
  world.run(world.hosts.finish_removals());
  EXPECT_EQ(world.run(world.database.read([](store::View& view) { return store::count_reports(view); })), 0u);
  EXPECT_EQ(world.run(world.hosts.counts()).total(), 0u);
}

TEST_F(HostsTest, WhatIsChangedIsInTheAuditLog) {
  const auto host = report("one").host;
  ASSERT_TRUE(tag(host, {"prod", "db"}));
  world.run(world.hosts.pause(host, core::Pause{{}, "why not", "", {}}, world.admin)).value();
  const auto look = [](store::View& view) { return store::list_audit(view, 2); };
  const auto entries = world.run(world.database.read(look));
  EXPECT_EQ(entries[0].action, "host.pause");
  EXPECT_EQ(entries[0].detail, "without an end: why not");
  EXPECT_EQ(entries[1].detail, "db prod");
  EXPECT_EQ(entries[1].actor, "admin");
}

TEST_F(HostsTest, TheStatusFollowsWhatIsBackedUp) {
  const auto host = world.enrol("web-01").host;
  EXPECT_EQ(find(host).status.reason(), "Waiting for the agent to connect");
  const auto save = [&](store::Transaction& tx) { return world.agents.save_seen(tx, host, world.clock.now()); };
  world.run(world.database.write(save));
  EXPECT_THAT(find(host).status.reason(), testing::HasSubstr("no source group"));
  const auto group = world.run(world.hosts.add_source_group(host, "Files", {{"/srv"}, {}, {}}, world.admin)).value();
  const auto repository = world.add_repository();
  world.run(world.repositories.link(host, repository, world.admin)).value();
  EXPECT_EQ(find(host).status.reason(), "Unprotected: no backup yet");
  world.run(world.repositories.unlink(host, repository, world.admin)).value();
  EXPECT_EQ(find(host).status.reason(), "Unprotected: no repository");
  world.run(world.repositories.link(host, repository, world.admin)).value();
  world.run(world.hosts.remove_source_group(group, world.admin)).value();
  EXPECT_THAT(find(host).status.reason(), testing::HasSubstr("no source group"));
}

TEST_F(HostsTest, ASourceGroupMayHaveALimitOfItsOwn) {
  const auto host = world.ready_host();
  const core::SourceSet sources{{"/etc"}, {}, {}};
  const auto add = [&](std::chrono::seconds age) {
    return world.run(world.hosts.add_source_group(host, "Weekly", sources, world.admin, age));
  };
  const auto limit = [&] {
    const auto groups = world.run(world.hosts.detail(host))->source_groups;
    return std::ranges::find(groups, "Weekly", &core::SourceGroup::name)->backup_age;
  };
  EXPECT_EQ(add(59s).error().code, "limit_invalid");
  const auto group = add(192h).value();
  EXPECT_EQ(limit(), 192h);
  EXPECT_EQ(world.run(world.hosts.change_source_group(group, "Weekly", sources, world.admin, 90000h)).error().code,
            "limit_invalid");
  EXPECT_EQ(limit(), 192h);
  world.run(world.hosts.change_source_group(group, "Weekly", sources, world.admin)).value();
  EXPECT_FALSE(limit());
}

TEST_F(HostsTest, TheStatusFollowsTheRepositoryThatIsRemoved) {
  const auto host = world.ready_host();
  const auto save = [&](store::Transaction& tx) { return world.agents.save_seen(tx, host, world.clock.now()); };
  world.run(world.database.write(save));
  EXPECT_EQ(find(host).status.reason(), "Unprotected: no backup yet");
  const auto repository = world.run(world.hosts.detail(host))->repositories.front().id;
  world.run(world.repositories.remove(repository, world.admin)).value();
  EXPECT_THAT(find(host).status.reason(), testing::HasSubstr("no repository"));
}

TEST_F(HostsTest, ARemovedHostIsOutOfSightAtOnceAndItsHistoryGoesInSteps) {
  const auto host = world.ready_host("big");
  const auto kept = world.ready_host("kept");
  std::vector<core::JobId> jobs;
  for (const auto& of : {host, kept}) {
    const auto id = jobs.emplace_back(world.run(world.jobs.start(of, {}, world.admin)).value().id);
    protocol::LogStream stream{id, {}};
    for (std::uint64_t sequence = 1; sequence <= 2500; ++sequence)
      stream.lines.push_back({sequence, {}, core::LogLevel::Info, "line"});
    world.run(world.jobs.record(of, {std::move(stream)}));
  }
  world.run(world.hosts.remove(host, world.admin)).value();
  EXPECT_FALSE(world.run(world.hosts.find(host)));
  EXPECT_FALSE(world.run(world.jobs.find(jobs[0])));
  EXPECT_EQ(world.run(world.jobs.list({})).size(), 1u);
  EXPECT_EQ(world.run(world.jobs.count_unfinished()), 1u);
  EXPECT_EQ(world.run(world.hosts.counts()).total(), 1u);
  EXPECT_EQ(world.run(world.hosts.remove(host, world.admin)).error().code, "no_such_host");
  const auto waits = [](store::View& view) { return store::find_retired_host(view).has_value(); };
  EXPECT_TRUE(world.run(world.database.read(waits)));
  world.run(world.hosts.finish_removals());
  EXPECT_FALSE(world.run(world.database.read(waits)));
  EXPECT_TRUE(world.run(world.jobs.find(jobs[1])));
  EXPECT_EQ(world.run(world.jobs.log(jobs[1], 0, 5000)).size(), 2500u);
}

}  // namespace
}  // namespace holdfast::fleet
