#include "fleet/enrolment.hpp"

#include <gtest/gtest.h>

#include "world.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

struct EnrolmentTest : testing::Test {
  std::string make_token(std::optional<core::HostId> host = {}) {
    return world.run(world.enrolment.make_token(std::move(host), world.admin)).value().token;
  }
  core::Result<Enrolled> enrol(std::string token, std::string name = "web-01") {
    return world.run(world.enrolment.enrol(std::move(token), {name, name, "Debian", "x86_64", "1.0"}, "192.0.2.1"));
  }
  core::Result<Announced> announce(const runtime::SigningKey& with_key, std::string name = "web-01") {
    return world.run(
        world.enrolment.announce(with_key.public_key, {name, name, "Debian", "x86_64", "1.0"}, "192.0.2.1"));
  }
  std::string nonce_of(const core::AnnouncementId& id) { return world.run(world.enrolment.status(id)).value().nonce; }
  World world;
  runtime::SigningKey key = runtime::make_signing_key();
};

TEST_F(EnrolmentTest, ATokenMakesAHostWhoseBearerIsKnown) {
  const auto enrolled = enrol(make_token()).value();
  EXPECT_EQ(world.run(world.enrolment.authenticate(enrolled.bearer))->host, enrolled.host);
  EXPECT_EQ(world.run(world.hosts.find(enrolled.host))->host.name, "web-01");
}

TEST_F(EnrolmentTest, ATokenWorksOnce) {
  const auto token = make_token();
  ASSERT_TRUE(enrol(token));
  EXPECT_EQ(enrol(token).error().code, "token_used");
  EXPECT_EQ(world.run(world.hosts.counts()).total(), 1u);
}

TEST_F(EnrolmentTest, ATokenEndsAfterAnHour) {
  const auto token = make_token();
  world.clock.advance(1h);
  EXPECT_EQ(enrol(token).error().code, "token_expired");
  EXPECT_TRUE(world.run(world.enrolment.tokens()).empty());
}

TEST_F(EnrolmentTest, AnUnknownTokenAndAWrongNameChangeNothing) {
  EXPECT_EQ(enrol("hfe_nonsense").error().kind, core::ErrorKind::Unauthorized);
  const auto token = make_token();
  EXPECT_EQ(enrol(token, "two\nlines").error().kind, core::ErrorKind::Invalid);
  EXPECT_TRUE(enrol(token)) << "the refused try has not used the token up";
}

TEST_F(EnrolmentTest, ATokenForAHostGivesItANewBearerAndKeepsIt) {
  const auto first = enrol(make_token()).value();
  const auto second = enrol(make_token(first.host), "other-name").value();
  EXPECT_EQ(second.host, first.host);
  EXPECT_EQ(second.host_name, "web-01");
  EXPECT_FALSE(world.run(world.enrolment.authenticate(first.bearer)));
  EXPECT_TRUE(world.run(world.enrolment.authenticate(second.bearer)));
}

TEST_F(EnrolmentTest, AnAcceptedMachineProvesItsKeyAndIsGivenABearer) {
  const auto announced = announce(key).value();
  EXPECT_EQ(announced.fingerprint, runtime::to_hex(runtime::sha256(key.public_key)));
  const auto host = world.run(world.enrolment.accept(announced.id, "", world.admin)).value();
  const auto signature = runtime::sign(key.secret_key, prove_message(announced.id, nonce_of(announced.id)));
  const auto enrolled = world.run(world.enrolment.prove(announced.id, signature)).value();
  EXPECT_EQ(enrolled.host, host);
  EXPECT_TRUE(world.run(world.enrolment.authenticate(enrolled.bearer)));
}

TEST_F(EnrolmentTest, AnotherKeyProvesNothing) {
  const auto announced = announce(key).value();
  world.run(world.enrolment.accept(announced.id, "", world.admin)).value();
  const auto other = runtime::make_signing_key();
  const auto signature = runtime::sign(other.secret_key, prove_message(announced.id, nonce_of(announced.id)));
  EXPECT_EQ(world.run(world.enrolment.prove(announced.id, signature)).error().code, "signature_wrong");
  EXPECT_EQ(world.run(world.enrolment.prove(announced.id, "")).error().code, "signature_wrong");
}

TEST_F(EnrolmentTest, NothingIsProvenBeforeAcceptance) {
  const auto announced = announce(key).value();
  EXPECT_TRUE(nonce_of(announced.id).empty());
  const auto signature = runtime::sign(key.secret_key, prove_message(announced.id, ""));
  EXPECT_EQ(world.run(world.enrolment.prove(announced.id, signature)).error().code, "not_accepted");
}

TEST_F(EnrolmentTest, ALostAnswerIsMadeGoodByASecondProof) {
  const auto announced = announce(key).value();
  world.run(world.enrolment.accept(announced.id, "", world.admin)).value();
  const auto signature = runtime::sign(key.secret_key, prove_message(announced.id, nonce_of(announced.id)));
  const auto lost = world.run(world.enrolment.prove(announced.id, signature)).value();
  const auto second = world.run(world.enrolment.prove(announced.id, signature)).value();
  EXPECT_FALSE(world.run(world.enrolment.authenticate(lost.bearer)));
  EXPECT_TRUE(world.run(world.enrolment.authenticate(second.bearer)));
}

TEST_F(EnrolmentTest, TheSameKeyIsOneAnnouncement) {
  EXPECT_EQ(announce(key).value().id, announce(key).value().id);
  EXPECT_EQ(world.run(world.enrolment.pending()).size(), 1u);
}

TEST_F(EnrolmentTest, EqualNamesAreAllowedAndFlagged) {
  enrol(make_token(), "web-01").value();
  announce(key, "web-01").value();
  EXPECT_TRUE(world.run(world.enrolment.pending()).front().name_taken);
}

TEST_F(EnrolmentTest, AHundredMayWaitAndNoMore) {
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(announce(runtime::make_signing_key()));
  EXPECT_EQ(announce(key).error().kind, core::ErrorKind::TooMany);
  world.clock.advance(1h);
  EXPECT_TRUE(announce(key)) << "those who waited an hour make room";
}

TEST_F(EnrolmentTest, ARejectedKeyStaysOut) {
  const auto announced = announce(key).value();
  ASSERT_TRUE(world.run(world.enrolment.reject(announced.id, world.admin)));
  EXPECT_EQ(announce(key).error().code, "rejected");
  EXPECT_EQ(world.run(world.enrolment.accept(announced.id, "", world.admin)).error().code, "decided");
  EXPECT_EQ(world.run(world.enrolment.rejected()).size(), 1u);
}

TEST_F(EnrolmentTest, ARotatedBearerTakesOverWhenItIsUsed) {
  const auto enrolled = enrol(make_token()).value();
  const auto fresh = world.run(world.enrolment.rotate(enrolled.bearer)).value();
  EXPECT_TRUE(world.run(world.enrolment.authenticate(enrolled.bearer)))
      << "both are good while the agent stores the new one";
  world.run(world.enrolment.bearer_used(*world.run(world.enrolment.authenticate(fresh))));
  EXPECT_FALSE(world.run(world.enrolment.authenticate(enrolled.bearer)));
  EXPECT_TRUE(world.run(world.enrolment.authenticate(fresh)));
}

TEST_F(EnrolmentTest, AnAgentThatLostItsRotationKeepsTheOldBearer) {
  const auto enrolled = enrol(make_token()).value();
  world.run(world.enrolment.rotate(enrolled.bearer)).value();
  world.run(world.enrolment.bearer_used(*world.run(world.enrolment.authenticate(enrolled.bearer))));
  world.clock.advance(1h);
  EXPECT_TRUE(world.run(world.enrolment.authenticate(enrolled.bearer)));
}

TEST_F(EnrolmentTest, RevokingEndsTheBearerAndKeepsTheHost) {
  const auto enrolled = enrol(make_token()).value();
  ASSERT_TRUE(world.run(world.enrolment.revoke(enrolled.host, world.admin)));
  EXPECT_FALSE(world.run(world.enrolment.authenticate(enrolled.bearer)));
  EXPECT_FALSE(world.run(world.hosts.find(enrolled.host))->has_bearer);
}

}  // namespace
}  // namespace holdfast::fleet
