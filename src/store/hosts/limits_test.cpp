#include "store/hosts/limits.hpp"

#include <gmock/gmock.h>

#include "hosts/fleet_fixture.hpp"

namespace holdfast::store {
namespace {

using core::LimitOrigin;
using core::LimitSet;
using core::LimitSource;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

LimitSet age(std::chrono::seconds age) {
  LimitSet limits;
  limits.backup_age = age;
  return limits;
}

class Limits : public FleetTest {
 protected:
  std::vector<LimitSource> on(const core::HostId& host) {
    return read([&](View& view) { return limits_on(view, host); });
  }
  void tag(const core::HostId& host, std::vector<std::string> tags) {
    write([&](Transaction& transaction) { set_host_tags(transaction, host, tags); });
  }
};

TEST_F(Limits, AreThoseOfTheHostItsTagsAndItsCustomer) {
  const core::Customer acme = add_customer_named("acme");
  const core::Host host = add_host_of(acme.id, "web1");
  const core::Host other = add_host_named("other");
  tag(host.id, {"weekly", "db"});
  EXPECT_THAT(on(host.id), IsEmpty());
  write([&](Transaction& transaction) {
    set_limits(transaction, host.id, age(std::chrono::hours(1)));
    set_limits_of_tag(transaction, "weekly", age(std::chrono::hours(2)));
    set_limits_of_tag(transaction, "lab", age(std::chrono::hours(3)));
    set_limits(transaction, acme.id, age(std::chrono::hours(4)));
  });
  EXPECT_THAT(on(host.id), UnorderedElementsAre(LimitSource{LimitOrigin::Host, "", age(std::chrono::hours(1))},
                                                LimitSource{LimitOrigin::Tag, "weekly", age(std::chrono::hours(2))},
                                                LimitSource{LimitOrigin::Customer, "", age(std::chrono::hours(4))}));
  EXPECT_THAT(on(other.id), IsEmpty());
}

TEST_F(Limits, AreKeptAsTheyWereSetAndGoWhenNoneIsLeft) {
  const core::Host host = add_host_named("web1");
  LimitSet all = age(std::chrono::hours(170));
  all.silence_warning = std::chrono::minutes(5);
  all.silence_down = std::chrono::minutes(10);
  all.failures_down = 2;
  all.disk_warning = 70;
  all.disk_down = 80;
  const auto set = [&](const LimitSet& limits) {
    write([&](Transaction& transaction) { set_limits(transaction, host.id, limits); });
    return read([&](View& view) { return limits_of(view, host.id); });
  };
  EXPECT_EQ(set(all), all);
  EXPECT_EQ(set(age(std::chrono::hours(2))), age(std::chrono::hours(2)));
  EXPECT_EQ(set({}), LimitSet());
  EXPECT_THAT(on(host.id), IsEmpty());
}

TEST_F(Limits, GoWithTheirHost) {
  const core::Host host = add_host_named("web1");
  write([&](Transaction& transaction) {
    set_limits(transaction, host.id, age(std::chrono::hours(2)));
    set_limits_of_tag(transaction, "lab", age(std::chrono::hours(3)));
    remove_host(transaction, host.id);
  });
  EXPECT_THAT(read(list_tag_limits), testing::ElementsAre(testing::Pair("lab", age(std::chrono::hours(3)))));
}

TEST_F(Limits, MakeWhoIsJudgedByThemDue) {
  const core::Host tagged = add("tagged");
  const core::Host plain = add("plain");
  tag(tagged.id, {"lab"});
  const auto due = [&] { return read([&](View& view) { return list_due_statuses(view, kNow, 10); }); };
  write([&](Transaction& transaction) { make_due_with_tag(transaction, "lab", kNow); });
  EXPECT_THAT(due(), testing::ElementsAre(tagged.id));
  const auto owner = customer();
  write([&](Transaction& transaction) { make_due_of_customer(transaction, owner, kNow); });
  EXPECT_THAT(due(), UnorderedElementsAre(tagged.id, plain.id));
}

}  // namespace
}  // namespace holdfast::store
