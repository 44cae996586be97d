#include "fleet/live/unit.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "fleet_world.hpp"
#include "store/accounts/accounts.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using core::Result;

struct UnitTest : testing::Test {
  World world;
  Units units{world.database, world.clock, world.live, world.watch};
  core::HostId host = world.ready_host("web");

  std::string name() { return world.run(world.hosts.find(host))->host.name; }
  std::size_t entries() {
    const auto look = [](store::View& view) { return store::list_audit(view, 1000).size(); };
    return world.run(world.database.read(look));
  }
};

TEST_F(UnitTest, DoesAllOfItOrNothing) {
  const auto before = entries();
  const auto refused = [&](Unit& unit) -> Result<> {
    store::rename_host(unit, host, "db");
    unit.audit("host.rename", host.text(), "db");
    unit.tell(Topic::Host, host.text());
    return core::fail(core::ErrorKind::Conflict, "no", "No.");
  };
  const auto version = world.live.version({Topic::Host});
  EXPECT_EQ(world.run(units.run(world.admin, refused)).error().code, "no");
  EXPECT_EQ(name(), "web");
  EXPECT_EQ(entries(), before);
  EXPECT_EQ(world.live.version({Topic::Host}), version);
}

TEST_F(UnitTest, JudgesAndTellsAfterwards) {
  const auto version = world.live.version({Topic::Host, Topic::Customer});
  const auto rename = [&](Unit& unit) -> Result<> {
    store::rename_host(unit, host, "db");
    unit.audit("host.rename", host.text(), "db");
    unit.judge(host);
    unit.judge(host);
    unit.tell(Topic::Customer);
    return {};
  };
  EXPECT_TRUE(world.run(units.run(world.admin, rename)));
  EXPECT_EQ(name(), "db");
  EXPECT_EQ(world.live.version({Topic::Host, Topic::Customer}), version + 2);
}

TEST_F(UnitTest, WithoutAnEntryInTheAuditLogIsAFault) {
  const auto rename = [&](Unit& unit) -> Result<> {
    store::rename_host(unit, host, "db");
    return {};
  };
  EXPECT_THROW(world.run(units.run(world.admin, rename)), std::logic_error);
  EXPECT_EQ(name(), "web");
}

TEST_F(UnitTest, NotesWhatNobodyAskedForWithoutAnEntry) {
  const auto before = entries();
  const auto version = world.live.version({Topic::Host});
  const auto rename = [&](Unit& unit) -> Result<int> {
    store::rename_host(unit, host, "db");
    unit.judge(host);
    return core::fail(core::ErrorKind::Conflict, "odd", "It stays all the same.");
  };
  EXPECT_FALSE(world.run(units.note(rename)));
  EXPECT_EQ(name(), "db");
  EXPECT_EQ(entries(), before);
  EXPECT_EQ(world.live.version({Topic::Host}), version + 1);
}

}  // namespace
}  // namespace holdfast::fleet
