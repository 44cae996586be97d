#include "store/accounts/accounts.hpp"

#include <gmock/gmock.h>

#include "database_fixture.hpp"

namespace holdfast::store {
namespace {

using testing::ElementsAre;
using testing::Field;

core::User make_user(const std::string& name, std::int64_t seconds) {
  core::User user;
  user.id = make_id<core::UserId>(seconds);
  user.name = name;
  user.password_hash = "$argon2id$…";
  user.role = "admin";
  user.created_at = at(seconds);
  return user;
}

Session make_session(const std::string& token_hash, const std::string& user_name, std::int64_t expires_at) {
  Session session;
  session.token_hash = token_hash;
  session.user_name = user_name;
  session.role = "admin";
  session.created_at = at(1);
  session.expires_at = at(expires_at);
  session.last_seen_at = at(2);
  session.address = "127.0.0.1";
  session.user_agent = "Browser";
  return session;
}

class Users : public DatabaseTest {
 protected:
  bool add(const core::User& user) {
    return write([&](Transaction& transaction) { return add_user(transaction, user); });
  }
  std::optional<core::User> find(std::string_view name) {
    return read([&](View& view) { return find_user(view, name); });
  }
};

TEST_F(Users, AreMissingFromANewDatabase) {
  EXPECT_FALSE(read(has_users));
  EXPECT_EQ(find("anna"), std::nullopt);
}

TEST_F(Users, AreFoundAsTheyWereAdded) {
  const core::User anna = make_user("anna", 5);
  EXPECT_TRUE(add(anna));
  EXPECT_TRUE(read(has_users));
  const std::optional<core::User> found = find("anna");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, anna.id);
  EXPECT_EQ(found->name, "anna");
  EXPECT_EQ(found->password_hash, anna.password_hash);
  EXPECT_EQ(found->role, "admin");
  EXPECT_EQ(found->created_at, at(5));
}

TEST_F(Users, HaveNamesThatDifferInMoreThanCase) {
  EXPECT_TRUE(add(make_user("Anna", 1)));
  EXPECT_FALSE(add(make_user("aNNA", 2)));
  EXPECT_EQ(find("ANNA")->name, "Anna");
  EXPECT_EQ(read(list_users).size(), 1u);
}

TEST_F(Users, WithTheIdOfAnotherAreAnError) {
  const core::User anna = make_user("anna", 1);
  core::User bela = make_user("bela", 1);
  bela.id = anna.id;
  add(anna);
  EXPECT_THROW(add(bela), core::DatabaseError);
}

TEST_F(Users, AreListedByName) {
  for (const char* name : {"clara", "Bela", "anna"}) add(make_user(name, 1));
  EXPECT_THAT(read(list_users), ElementsAre(Field(&core::User::name, "anna"), Field(&core::User::name, "Bela"),
                                            Field(&core::User::name, "clara")));
}

TEST_F(Users, GetTheirPasswordChangedByThemselves) {
  const core::User anna = make_user("anna", 1);
  add(anna);
  add(make_user("bela", 1));
  write([&](Transaction& transaction) { set_password_hash(transaction, anna.id, "changed"); });
  EXPECT_EQ(find("anna")->password_hash, "changed");
  EXPECT_NE(find("bela")->password_hash, "changed");
}

class Sessions : public DatabaseTest {
 protected:
  void add(const Session& session) {
    write([&](Transaction& transaction) { add_session(transaction, session); });
  }
  std::optional<Session> find(std::string_view token_hash) {
    return read([&](View& view) { return find_session(view, token_hash); });
  }
};

TEST_F(Sessions, AreFoundByTheHashOfTheirToken) {
  const std::string hash("\0\xff'\n", 4);  // any bytes
  add(make_session(hash, "anna", 100));
  const std::optional<Session> found = find(hash);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->token_hash, hash);
  EXPECT_EQ(found->user_name, "anna");
  EXPECT_EQ(found->role, "admin");
  EXPECT_EQ(found->created_at, at(1));
  EXPECT_EQ(found->expires_at, at(100));
  EXPECT_EQ(found->last_seen_at, at(2));
  EXPECT_EQ(found->address, "127.0.0.1");
  EXPECT_EQ(found->user_agent, "Browser");
  EXPECT_EQ(find(std::string("\0", 1)), std::nullopt);
}

TEST_F(Sessions, RememberWhenTheyWereSeen) {
  add(make_session("a", "anna", 100));
  write([](Transaction& transaction) { touch_session(transaction, "a", at(50)); });
  EXPECT_EQ(find("a")->last_seen_at, at(50));
}

TEST_F(Sessions, EndOneByOne) {
  add(make_session("a", "anna", 100));
  add(make_session("b", "anna", 100));
  write([](Transaction& transaction) { remove_session(transaction, "a"); });
  EXPECT_FALSE(find("a"));
  EXPECT_TRUE(find("b"));
}

TEST_F(Sessions, OfOneUserEndTogether) {
  add(make_session("a", "anna", 100));
  add(make_session("b", "Anna", 100));
  add(make_session("c", "bela", 100));
  write([](Transaction& transaction) { remove_sessions_of(transaction, "ANNA"); });
  EXPECT_FALSE(find("a"));
  EXPECT_FALSE(find("b"));
  EXPECT_TRUE(find("c"));
}

TEST_F(Sessions, ExpireAtTheirMoment) {
  add(make_session("a", "anna", 99));
  add(make_session("b", "anna", 100));
  add(make_session("c", "anna", 101));
  write([](Transaction& transaction) { remove_expired_sessions(transaction, at(100)); });
  EXPECT_FALSE(find("a"));
  EXPECT_FALSE(find("b"));
  EXPECT_TRUE(find("c"));
}

using Settings = DatabaseTest;

TEST_F(Settings, HoldAnyBytesUntilTheyAreReplacedOrRemoved) {
  const std::string bytes("\0\xff", 2);
  const auto find = [this] { return read([](View& view) { return find_setting(view, "setup"); }); };
  EXPECT_EQ(find(), std::nullopt);
  write([&](Transaction& transaction) { set_setting(transaction, "setup", bytes); });
  EXPECT_EQ(find(), bytes);
  write([](Transaction& transaction) { set_setting(transaction, "setup", ""); });
  EXPECT_EQ(find(), "");
  write([](Transaction& transaction) { remove_setting(transaction, "setup"); });
  EXPECT_EQ(find(), std::nullopt);
}

using Audit = DatabaseTest;

TEST_F(Audit, IsListedNewestFirst) {
  for (const char* action : {"host.accept", "host.rename", "host.remove"}) {
    const AuditEntry entry{at(7), "admin", action, "web1", "{}", "127.0.0.1"};
    write([&](Transaction& transaction) { add_audit(transaction, entry); });
  }
  const std::vector<AuditEntry> entries = read([](View& view) { return list_audit(view, 2); });
  EXPECT_THAT(entries,
              ElementsAre(Field(&AuditEntry::action, "host.remove"), Field(&AuditEntry::action, "host.rename")));
  EXPECT_EQ(entries[0].at, at(7));
  EXPECT_EQ(entries[0].actor, "admin");
  EXPECT_EQ(entries[0].object, "web1");
  EXPECT_EQ(entries[0].detail, "{}");
  EXPECT_EQ(entries[0].address, "127.0.0.1");
}

}  // namespace
}  // namespace holdfast::store
