#include "fleet/hosts/bulk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet_world.hpp"
#include "text/ulid.hpp"

namespace holdfast::fleet {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

struct BulkTest : testing::Test {
  std::vector<BulkOutcome> run(std::vector<core::HostId> hosts, BulkAction action) {
    return world.run(do_in_bulk(world.hosts, world.jobs, std::move(hosts), std::move(action), world.admin)).value();
  }
  HostOverview find(const core::HostId& host) { return world.run(world.hosts.find(host)).value(); }
  core::HostId nobody() { return core::HostId(text::make_ulid(world.clock.now(), runtime::random_ulid_entropy())); }

  World world;
};

TEST_F(BulkTest, SaysOfEachHostWhatBecameOfIt) {
  const auto one = world.enrol("one").host;
  const auto two = world.enrol("two").host;
  const auto gone = nobody();
  const auto outcomes = run({one, gone, two, one}, {BulkVerb::AddTag, "Lab", {}});
  ASSERT_THAT(outcomes, SizeIs(3));
  EXPECT_FALSE(outcomes[0].error);
  EXPECT_EQ(outcomes[1].host, gone);
  EXPECT_EQ(outcomes[1].error->code, "no_such_host");
  EXPECT_FALSE(outcomes[2].error);
  EXPECT_THAT(find(one).tags, ElementsAre("lab"));
}

TEST_F(BulkTest, AddsAndRemovesOneTagAndLeavesTheOthers) {
  const auto host = world.enrol("one").host;
  world.run(world.hosts.set_tags(host, {"prod"}, world.admin)).value();
  run({host}, {BulkVerb::AddTag, "lab", {}});
  EXPECT_THAT(find(host).tags, ElementsAre("lab", "prod"));
  run({host}, {BulkVerb::RemoveTag, "PROD", {}});
  EXPECT_THAT(find(host).tags, ElementsAre("lab"));
}

TEST_F(BulkTest, SaysOnceThatATagIsNone) {
  const auto host = world.enrol("one").host;
  for (const auto verb : {BulkVerb::AddTag, BulkVerb::RemoveTag})
    for (const auto* const wrong : {"", "two words"}) {
      const auto done = world.run(
          do_in_bulk(world.hosts, world.jobs, std::vector{host, nobody()}, BulkAction{verb, wrong, {}}, world.admin));
      ASSERT_FALSE(done) << wrong;
      EXPECT_EQ(done.error().code, "tag_invalid");
    }
}

TEST_F(BulkTest, PausesResumesAndSaysThatNoBackupIsNeeded) {
  const auto host = world.enrol("one").host;
  run({host}, {BulkVerb::Pause, "", {{}, "moving house", "", {}}});
  EXPECT_EQ(find(host).pause->reason, "moving house");
  run({host}, {BulkVerb::Resume, "", {}});
  EXPECT_FALSE(find(host).pause);
  run({host}, {BulkVerb::NeedsNoBackup, "", {}});
  EXPECT_FALSE(find(host).host.needs_backup);
  run({host}, {BulkVerb::NeedsBackup, "", {}});
  EXPECT_TRUE(find(host).host.needs_backup);
}

TEST_F(BulkTest, BacksUpEverySourceGroupOfWhoHasAPlan) {
  const auto ready = world.ready_host("ready");
  world.run(world.hosts.add_source_group(ready, "More", {{"/etc"}, {}, {}}, world.admin)).value();
  const auto bare = world.enrol("bare").host;
  const auto outcomes = run({ready, bare}, {BulkVerb::BackUp, "", {}});
  EXPECT_TRUE(outcomes[0].job);
  EXPECT_EQ(outcomes[1].error->code, "no_source_group");
  core::JobFilter filter;
  filter.host = ready;
  EXPECT_THAT(world.run(world.jobs.list(filter)), SizeIs(2));
}

TEST_F(BulkTest, RefusesNoneAndTooMany) {
  const auto refused = [&](std::size_t count) {
    return world.run(do_in_bulk(world.hosts, world.jobs, std::vector<core::HostId>(count, nobody()), {}, world.admin))
        .error()
        .code;
  };
  EXPECT_EQ(refused(0), "hosts_invalid");
  EXPECT_EQ(refused(kMostAtOnce + 1), "hosts_invalid");
}

TEST(BulkVerbText, IsReadBack) {
  for (auto verb = BulkVerb::AddTag; verb <= BulkVerb::NeedsNoBackup; verb = BulkVerb(int(verb) + 1))
    EXPECT_EQ(parse_bulk_verb(to_text(verb)), verb);
  EXPECT_FALSE(parse_bulk_verb("delete"));
}

}  // namespace
}  // namespace holdfast::fleet
