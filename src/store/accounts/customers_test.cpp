#include "store/accounts/customers.hpp"

#include <gmock/gmock.h>

#include "reports/sample_rows.hpp"
#include "store/enrolment/enrolment.hpp"

namespace holdfast::store {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

const char* const kHostile = "O'Brien \"; DROP TABLE hosts; -- % _";

class CustomersTest : public SampleTest {
 protected:
  bool remove(const core::CustomerId& id) {
    return write([&](Transaction& transaction) { return remove_customer(transaction, id); });
  }
  std::optional<core::Customer> find(std::string_view slug) {
    return read([&](View& view) { return find_customer_by_slug(view, slug); });
  }
};
using Customers = CustomersTest;

TEST_F(Customers, AreFoundByIdAndSlug) {
  const core::Customer acme = add_customer_named("acme");
  EXPECT_EQ(read([&](View& view) { return find_customer(view, acme.id); })->slug, "acme");
  EXPECT_FALSE(read([](View& view) { return find_customer(view, make_id<core::CustomerId>(1)); }));
  EXPECT_EQ(find("acme")->id, acme.id);
  EXPECT_EQ(find("acme")->name, "Customer acme");
  EXPECT_EQ(find("acme")->created_at, at(2));
  EXPECT_FALSE(find("ACME"));
  EXPECT_FALSE(find(""));
}

TEST_F(Customers, HaveSlugsOfTheirOwn) {
  add_customer_named("acme");
  const core::Customer second = make_customer("acme");
  EXPECT_FALSE(write([&](Transaction& transaction) { return add_customer(transaction, second); }));
  EXPECT_EQ(read(list_customers).size(), 2u);
}

TEST_F(Customers, AreListedByName) {
  for (const char* slug : {"zoo", "Acme", "bob"}) add_customer_named(slug);
  EXPECT_THAT(read(list_customers),
              ElementsAre(Field(&core::Customer::slug, "Acme"), Field(&core::Customer::slug, "bob"),
                          Field(&core::Customer::slug, "zoo"), Field(&core::Customer::slug, "default")));
}

TEST_F(Customers, TakeAnyNameAndNotes) {
  const core::Customer acme = add_customer_named("acme");
  EXPECT_EQ(read([&](View& view) { return customer_notes(view, acme.id); }), "");
  write([&](Transaction& transaction) {
    EXPECT_TRUE(rename_customer(transaction, acme.id, kHostile));
    EXPECT_TRUE(set_customer_notes(transaction, acme.id, kHostile));
    EXPECT_FALSE(rename_customer(transaction, make_id<core::CustomerId>(1), "x"));
    EXPECT_FALSE(set_customer_notes(transaction, make_id<core::CustomerId>(1), "x"));
  });
  EXPECT_EQ(find("acme")->name, kHostile);
  EXPECT_EQ(read([&](View& view) { return customer_notes(view, acme.id); }), kHostile);
}

TEST_F(Customers, GoWithTheirKeysAndTokensWhenNothingElseIsTheirs) {
  const core::Customer acme = add_customer_named("acme");
  write([&](Transaction& transaction) {
    add_customer_key(transaction, {make_id<core::CustomerKeyId>(1), acme.id, "hash", "abcd", "anna", at(1), {}, {}});
    add_enrolment_token(transaction,
                        {make_id<core::EnrolmentTokenId>(1), "token", acme.id, {}, "anna", at(1), at(9), {}});
  });
  EXPECT_TRUE(remove(acme.id));
  EXPECT_FALSE(remove(acme.id));
  EXPECT_FALSE(read([](View& view) { return find_customer_key(view, "hash"); }));
  EXPECT_FALSE(read([](View& view) { return find_enrolment_token(view, "token"); }));
}

TEST_F(Customers, StayWhileTheyHaveHostsOrRepositories) {
  const core::Customer with_host = add_customer_named("with-host");
  add_host_of(with_host.id, "web1");
  const core::Customer with_repository = add_customer_named("with-repository");
  core::Repository repository = make_repository("offsite");
  repository.customer = with_repository.id;
  write([&](Transaction& transaction) { add_repository(transaction, repository); });
  EXPECT_FALSE(remove(with_host.id));
  EXPECT_FALSE(remove(with_repository.id));
  EXPECT_FALSE(remove(customer()));
  EXPECT_TRUE(find("default"));
}

TEST_F(Customers, KnowTheirHosts) {
  const core::Customer acme = add_customer_named("acme");
  for (const char* name : {"web2", "Web1"}) add_host_of(acme.id, name);
  add_host_named("other");
  EXPECT_THAT(read([&](View& view) { return hosts_of_customer(view, acme.id); }),
              ElementsAre(Field(&core::Host::name, "Web1"), Field(&core::Host::name, "web2")));
}

TEST_F(Customers, ArePausedUntilThePauseIsTakenAway) {
  const core::Customer acme = add_customer_named("acme");
  const auto pause_of = [&] { return read([&](View& view) { return customer_pause(view, acme.id); }); };
  const auto set = [&](const std::optional<core::Pause>& pause) {
    write([&](Transaction& transaction) { set_customer_pause(transaction, acme.id, pause); });
  };
  EXPECT_EQ(pause_of(), std::nullopt);
  const core::Pause until{at(99), kHostile, "anna", at(9)};
  set(until);
  EXPECT_EQ(pause_of(), until);
  const core::Pause for_ever{std::nullopt, "", "bob", at(10)};
  set(for_ever);
  EXPECT_EQ(pause_of(), for_ever);
  set(std::nullopt);
  EXPECT_EQ(pause_of(), std::nullopt);
}

class CustomerKeys : public SampleTest {
 protected:
  core::CustomerKey add(const core::CustomerId& owner, const std::string& hash,
                        std::optional<core::Time> expires_at = {}) {
    const core::CustomerKey key{make_id<core::CustomerKeyId>(1), owner, hash, "abcd", "anna", at(1), expires_at, {}};
    write([&](Transaction& transaction) { add_customer_key(transaction, key); });
    return key;
  }
  std::optional<core::CustomerKey> find(std::string_view hash) {
    return read([&](View& view) { return find_customer_key(view, hash); });
  }
  static auto hash(const std::string& value) { return Field(&core::CustomerKey::token_hash, value); }
};

TEST_F(CustomerKeys, NameTheirCustomer) {
  const std::string hash("\0\xfe", 2);
  const core::CustomerKey key = add(customer(), hash, at(7));
  const std::optional<core::CustomerKey> found = find(hash);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, key.id);
  EXPECT_EQ(found->customer, customer());
  EXPECT_EQ(found->token_hash, hash);
  EXPECT_EQ(found->hint, "abcd");
  EXPECT_EQ(found->created_by, "anna");
  EXPECT_EQ(found->created_at, at(1));
  EXPECT_EQ(found->expires_at, at(7));
  EXPECT_EQ(found->last_used_at, std::nullopt);
  EXPECT_FALSE(find("other"));
}

TEST_F(CustomerKeys, AreListedNewestFirst) {
  const core::Customer acme = add_customer_named("acme");
  add(customer(), "first");
  add(acme.id, "second");
  add(customer(), "third");
  EXPECT_THAT(read([&](View& view) { return list_customer_keys(view, customer()); }),
              ElementsAre(hash("third"), hash("first")));
  EXPECT_THAT(read(list_all_customer_keys), ElementsAre(hash("third"), hash("second"), hash("first")));
}

TEST_F(CustomerKeys, RememberTheMinuteOfTheirLastUse) {
  const core::CustomerKey key = add(customer(), "hash");
  const auto touch = [&](core::Time time) {
    write([&](Transaction& transaction) { touch_customer_key(transaction, key.id, time); });
  };
  touch(at(125));
  EXPECT_EQ(find("hash")->last_used_at, at(120));
  touch(at(59));  // the clock was set back
  EXPECT_EQ(find("hash")->last_used_at, at(120));
  touch(at(180));
  EXPECT_EQ(find("hash")->last_used_at, at(180));
}

TEST_F(CustomerKeys, ThatAreRotatedEndAtTheGivenMomentUnlessTheyEndSooner) {
  const core::Customer acme = add_customer_named("acme");
  add(customer(), "forever");
  add(customer(), "late", at(200));
  add(customer(), "soon", at(50));
  add(acme.id, "theirs");
  write([&](Transaction& transaction) { expire_customer_keys(transaction, customer(), at(100)); });
  EXPECT_EQ(find("forever")->expires_at, at(100));
  EXPECT_EQ(find("late")->expires_at, at(100));
  EXPECT_EQ(find("soon")->expires_at, at(50));
  EXPECT_EQ(find("theirs")->expires_at, std::nullopt);
}

TEST_F(CustomerKeys, AreRemovedAtOnce) {
  const core::CustomerKey key = add(customer(), "hash");
  const auto remove = [&] {
    return write([&](Transaction& transaction) { return remove_customer_key(transaction, key.id); });
  };
  EXPECT_TRUE(remove());
  EXPECT_FALSE(remove());
  EXPECT_FALSE(find("hash"));
}

class HostNotes : public SampleTest {
 protected:
  void set_tags(const core::HostId& host, const std::vector<std::string>& tags) {
    write([&](Transaction& transaction) { set_host_tags(transaction, host, tags); });
  }
  std::vector<std::string> tags(const core::HostId& host) {
    return read([&](View& view) { return host_tags(view, host); });
  }
  std::optional<core::Host> find(const core::CustomerId& owner, std::string_view name) {
    return read([&](View& view) { return find_host_by_report_name(view, owner, name); });
  }
  void name_in_reports(const core::HostId& host, std::string_view name) {
    write([&](Transaction& transaction) { set_report_name(transaction, host, name); });
  }
  bool move(const core::HostId& host, const core::CustomerId& owner) {
    return write([&](Transaction& transaction) { return move_host(transaction, host, owner); });
  }
};

TEST_F(HostNotes, AreTagsThatReplaceThoseBefore) {
  const core::Host web = add_host_named("web1");
  const core::Host db = add_host_named("db");
  set_tags(web.id, {"prod", "eu", "prod"});
  set_tags(db.id, {"prod", kHostile});
  EXPECT_THAT(tags(web.id), ElementsAre("eu", "prod"));
  set_tags(web.id, {"lab"});
  EXPECT_THAT(tags(web.id), ElementsAre("lab"));
  EXPECT_THAT(tags(db.id), ElementsAre(kHostile, "prod"));
  EXPECT_THAT(read(list_tags), ElementsAre(kHostile, "lab", "prod"));
  set_tags(web.id, {});
  EXPECT_THAT(tags(web.id), IsEmpty());
}

TEST_F(HostNotes, AreAPauseAndAText) {
  const core::Host web = add_host_named("web1");
  const core::Pause pause{at(99), "moving house", "anna", at(9)};
  write([&](Transaction& transaction) {
    set_host_pause(transaction, web.id, pause);
    EXPECT_TRUE(set_host_notes(transaction, web.id, kHostile));
    EXPECT_FALSE(set_host_notes(transaction, make_id<core::HostId>(1), "x"));
  });
  EXPECT_EQ(read([&](View& view) { return host_pause(view, web.id); }), pause);
  EXPECT_EQ(read([&](View& view) { return host_notes(view, web.id); }), kHostile);
  write([&](Transaction& transaction) { set_host_pause(transaction, web.id, std::nullopt); });
  EXPECT_EQ(read([&](View& view) { return host_pause(view, web.id); }), std::nullopt);
}

TEST_F(HostNotes, LeaveTheNameInReportsAloneWhenTheHostIsRenamed) {
  const core::Host host = add_host_named("web1");
  const core::Customer acme = add_customer_named("acme");
  name_in_reports(host.id, kHostile);
  write([&](Transaction& transaction) { rename_host(transaction, host.id, "shop"); });
  ASSERT_TRUE(find(customer(), kHostile));
  EXPECT_EQ(find(customer(), kHostile)->name, "shop");
  EXPECT_FALSE(find(customer(), "web1"));
  EXPECT_FALSE(find(acme.id, kHostile));
}

TEST_F(HostNotes, AHostIsFoundByWhatItsReportsCallItAndItsCustomer) {
  const core::Customer acme = add_customer_named("acme");
  const core::Host ours = add_host_named("web1");
  const core::Host theirs = add_host_of(acme.id, "web1");
  name_in_reports(ours.id, "web1");
  name_in_reports(theirs.id, "web1");
  const auto found = [&](std::string_view slug, std::string_view name) {
    return read([&](View& view) { return find_reporting_host(view, slug, name); });
  };
  EXPECT_EQ(found("default", "web1")->id, ours.id);
  EXPECT_EQ(found("acme", "web1")->customer, acme.id);
  EXPECT_FALSE(found("acme", "web2"));
  EXPECT_FALSE(found("", "web1"));
}

TEST_F(HostNotes, MoveAHostUnlessItsNameInReportsIsTaken) {
  const core::Customer acme = add_customer_named("acme");
  const core::Host first = add_host_named("web1");
  const core::Host second = add_host_of(acme.id, "other");
  name_in_reports(first.id, "web1");
  name_in_reports(second.id, "web1");
  EXPECT_FALSE(move(first.id, acme.id));
  name_in_reports(second.id, "web2");
  EXPECT_TRUE(move(first.id, acme.id));
  EXPECT_EQ(find(acme.id, "web1")->id, first.id);
  EXPECT_FALSE(move(make_id<core::HostId>(1), acme.id));
  EXPECT_FALSE(move(first.id, make_id<core::CustomerId>(1)));
  EXPECT_THROW(name_in_reports(second.id, "web1"), core::DatabaseError);
}

}  // namespace
}  // namespace holdfast::store
