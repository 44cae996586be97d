#include "store/enrolment/enrolment.hpp"

#include <gmock/gmock.h>

#include "reports/sample_rows.hpp"

namespace holdfast::store {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

class EnrolmentTokens : public SampleTest {
 protected:
  core::EnrolmentToken make(std::int64_t seconds, const std::string& hash) {
    core::EnrolmentToken token;
    token.id = make_id<core::EnrolmentTokenId>(seconds);
    token.token_hash = hash;
    token.customer = customer();
    token.created_by = "admin";
    token.created_at = at(seconds);
    token.expires_at = at(seconds + 3600);
    return token;
  }
  core::EnrolmentToken add(const core::EnrolmentToken& token) {
    write([&](Transaction& transaction) { add_enrolment_token(transaction, token); });
    return token;
  }
  std::optional<core::EnrolmentToken> find(std::string_view hash) {
    return read([&](View& view) { return find_enrolment_token(view, hash); });
  }
  bool use(const core::EnrolmentTokenId& id, core::Time when) {
    return write([&](Transaction& transaction) { return use_enrolment_token(transaction, id, when); });
  }
  std::vector<core::EnrolmentToken> list(core::Time now) {
    return read([&](View& view) { return list_enrolment_tokens(view, now); });
  }
};

TEST_F(EnrolmentTokens, AreFoundByTheirHash) {
  const std::string hash("\0hash", 5);
  const core::EnrolmentToken token = add(make(10, hash));
  const std::optional<core::EnrolmentToken> found = find(hash);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, token.id);
  EXPECT_EQ(found->token_hash, hash);
  EXPECT_EQ(found->customer, customer());
  EXPECT_EQ(found->host, std::nullopt);
  EXPECT_EQ(found->created_by, "admin");
  EXPECT_EQ(found->created_at, at(10));
  EXPECT_EQ(found->expires_at, at(3610));
  EXPECT_EQ(found->used_at, std::nullopt);
  EXPECT_FALSE(find("other"));
}

TEST_F(EnrolmentTokens, AreUsedOnce) {
  const core::EnrolmentToken token = add(make(10, "hash"));
  EXPECT_TRUE(use(token.id, at(20)));
  EXPECT_FALSE(use(token.id, at(21)));
  EXPECT_EQ(find("hash")->used_at, at(20));
  EXPECT_FALSE(use(make_id<core::EnrolmentTokenId>(1), at(20)));
}

TEST_F(EnrolmentTokens, ForAHostLeaveWithIt) {
  const core::Host host = add_host_named("web1");
  core::EnrolmentToken token = make(10, "hash");
  token.host = host.id;
  add(token);
  EXPECT_EQ(find("hash")->host, host.id);
  write([&](Transaction& transaction) { remove_host(transaction, host.id); });
  EXPECT_FALSE(find("hash"));
}

TEST_F(EnrolmentTokens, ForAHostThatIsNotThereAreAnError) {
  core::EnrolmentToken token = make(10, "hash");
  token.host = make_id<core::HostId>(1);
  EXPECT_THROW(add(token), core::DatabaseError);
}

TEST_F(EnrolmentTokens, AreListedWhileTheyCanBeUsedNewestFirst) {
  const core::EnrolmentToken expired = add(make(10, "a"));
  const core::EnrolmentToken older = add(make(20, "b"));
  const core::EnrolmentToken newer = add(make(30, "c"));
  const core::EnrolmentToken used = add(make(40, "d"));
  use(used.id, at(50));
  EXPECT_THAT(list(expired.expires_at),
              ElementsAre(Field(&core::EnrolmentToken::id, newer.id), Field(&core::EnrolmentToken::id, older.id)));
}

TEST_F(EnrolmentTokens, CanBeRemoved) {
  const core::EnrolmentToken token = add(make(10, "a"));
  const auto remove = [&] {
    return write([&](Transaction& transaction) { return remove_enrolment_token(transaction, token.id); });
  };
  EXPECT_TRUE(remove());
  EXPECT_FALSE(remove());
  EXPECT_THAT(list(at(11)), IsEmpty());
}

class Announcements : public SampleTest {
 protected:
  static core::Announcement make(std::int64_t seconds, const std::string& public_key) {
    core::Announcement announcement;
    announcement.id = make_id<core::AnnouncementId>(seconds);
    announcement.public_key = public_key;
    announcement.name = "web1";
    announcement.os = "Debian";
    announcement.arch = "x86_64";
    announcement.agent_version = "0.1.0";
    announcement.address = "10.0.0.1";
    announcement.announced_at = at(seconds);
    announcement.expires_at = at(seconds + 3600);
    return announcement;
  }
  core::Announcement add(const core::Announcement& announcement) {
    write([&](Transaction& transaction) { add_announcement(transaction, announcement); });
    return announcement;
  }
  std::optional<core::Announcement> find(const core::AnnouncementId& id) {
    return read([&](View& view) { return find_announcement(view, id); });
  }
  bool update(const core::Announcement& announcement, core::AnnouncementState expected) {
    return write([&](Transaction& transaction) { return update_announcement(transaction, announcement, expected); });
  }
  std::vector<core::Announcement> waiting(core::Time now) {
    return read([&](View& view) { return list_waiting_announcements(view, now); });
  }
};

TEST_F(Announcements, AreFoundByIdAndByKey) {
  const std::string key("\0\xff", 2);
  const core::Announcement added = add(make(10, key));
  const auto by_key = read([&](View& view) { return find_announcement_by_key(view, key); });
  ASSERT_TRUE(by_key);
  EXPECT_EQ(by_key->id, added.id);
  const std::optional<core::Announcement> found = find(added.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->public_key, key);
  EXPECT_EQ(found->name, "web1");
  EXPECT_EQ(found->os, "Debian");
  EXPECT_EQ(found->arch, "x86_64");
  EXPECT_EQ(found->agent_version, "0.1.0");
  EXPECT_EQ(found->address, "10.0.0.1");
  EXPECT_EQ(found->nonce, "");
  EXPECT_EQ(found->state, core::AnnouncementState::Waiting);
  EXPECT_EQ(found->host, std::nullopt);
  EXPECT_EQ(found->announced_at, at(10));
  EXPECT_EQ(found->expires_at, at(3610));
}

TEST_F(Announcements, HaveEachAKeyOfTheirOwn) {
  add(make(10, "key"));
  EXPECT_THROW(add(make(11, "key")), core::DatabaseError);
}

TEST_F(Announcements, AreAnsweredOnce) {
  const core::Host host = add_host_named("web1");
  core::Announcement announcement = add(make(10, "key"));
  announcement.state = core::AnnouncementState::Accepted;
  announcement.host = host.id;
  announcement.nonce = std::string("\0nonce", 6);
  EXPECT_TRUE(update(announcement, core::AnnouncementState::Waiting));
  EXPECT_EQ(find(announcement.id)->state, core::AnnouncementState::Accepted);
  EXPECT_EQ(find(announcement.id)->host, host.id);
  EXPECT_EQ(find(announcement.id)->nonce, announcement.nonce);
  announcement.state = core::AnnouncementState::Rejected;
  EXPECT_FALSE(update(announcement, core::AnnouncementState::Waiting));
  EXPECT_EQ(find(announcement.id)->state, core::AnnouncementState::Accepted);
}

TEST_F(Announcements, AreWrittenWithAllThatTheyHave) {
  const core::Host host = add_host_named("web1");
  core::Announcement changed = add(make(10, "key"));
  changed.public_key = "other key";
  changed.name = "web2";
  changed.os = "Alpine";
  changed.arch = "arm64";
  changed.agent_version = "9";
  changed.address = "10.0.0.9";
  changed.nonce = "nonce";
  changed.state = core::AnnouncementState::Rejected;
  changed.host = host.id;
  changed.announced_at = at(11);
  changed.expires_at = at(99'999);
  EXPECT_TRUE(update(changed, core::AnnouncementState::Waiting));
  EXPECT_EQ(find(changed.id), changed);
}

TEST_F(Announcements, LeaveWithTheBearersOfTheirHost) {
  const core::Host host = add_host_named("web1");
  core::Announcement accepted = make(10, "key");
  accepted.state = core::AnnouncementState::Accepted;
  accepted.host = host.id;
  add(accepted);
  const core::Announcement other = add(make(11, "other"));
  write([&](Transaction& transaction) { remove_announcements_of(transaction, host.id); });
  EXPECT_FALSE(find(accepted.id));
  EXPECT_TRUE(find(other.id));
}

TEST_F(Announcements, AreListedByStateUntilTheyExpireOldestFirst) {
  const core::Announcement expired = add(make(10, "a"));
  const core::Announcement newer = add(make(30, "c"));
  const core::Announcement older = add(make(20, "b"));
  core::Announcement rejected = add(make(40, "d"));
  rejected.state = core::AnnouncementState::Rejected;
  update(rejected, core::AnnouncementState::Waiting);
  const core::Time now = expired.expires_at;
  EXPECT_THAT(waiting(now),
              ElementsAre(Field(&core::Announcement::id, older.id), Field(&core::Announcement::id, newer.id)));
  EXPECT_THAT(read([&](View& view) { return list_rejected_announcements(view, now); }),
              ElementsAre(Field(&core::Announcement::id, rejected.id)));
}

TEST_F(Announcements, LeaveWhenTheyAreRemovedOrExpire) {
  const core::Announcement removed = add(make(40, "a"));
  const core::Announcement expired = add(make(10, "b"));
  const core::Announcement kept = add(make(20, "c"));
  write([&](Transaction& transaction) {
    remove_announcement(transaction, removed.id);
    remove_expired_announcements(transaction, expired.expires_at);
  });
  EXPECT_FALSE(find(removed.id));
  EXPECT_FALSE(find(expired.id));
  EXPECT_TRUE(find(kept.id));
}

}  // namespace
}  // namespace holdfast::store
