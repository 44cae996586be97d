#include "fleet/enrolment/enrolment.hpp"

#include <gtest/gtest.h>

#include "fleet_world.hpp"
#include "protocol/enrolment/enrolment.hpp"
#include "store/accounts/accounts.hpp"
#include "store/sqlite/database.hpp"

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
  core::Result<Enrolled> prove(const core::AnnouncementId& id, std::string signature) {
    return world.run(world.enrolment.prove(id, std::move(signature), "192.0.2.1"));
  }
  // As when its agent says hello.
  BearerStanding use(const std::string& bearer) {
    const auto identity = world.run(world.enrolment.authenticate(bearer));
    if (!identity) return BearerStanding::Ended;
    const auto settle = [&](store::Transaction& tx) { return settle_bearer(tx, *identity, world.clock.now()); };
    return world.run(world.database.write(settle));
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
  const auto signature =
      runtime::sign(key.secret_key, protocol::proof_text(announced.id.text(), nonce_of(announced.id)));
  const auto enrolled = prove(announced.id, signature).value();
  EXPECT_EQ(enrolled.host, host);
  EXPECT_TRUE(world.run(world.enrolment.authenticate(enrolled.bearer)));
}

TEST_F(EnrolmentTest, AnotherKeyProvesNothing) {
  const auto announced = announce(key).value();
  world.run(world.enrolment.accept(announced.id, "", world.admin)).value();
  const auto other = runtime::make_signing_key();
  const auto signature =
      runtime::sign(other.secret_key, protocol::proof_text(announced.id.text(), nonce_of(announced.id)));
  EXPECT_EQ(prove(announced.id, signature).error().code, "signature_wrong");
  EXPECT_EQ(prove(announced.id, "").error().code, "signature_wrong");
}

TEST_F(EnrolmentTest, NothingIsProvenBeforeAcceptance) {
  const auto announced = announce(key).value();
  EXPECT_TRUE(nonce_of(announced.id).empty());
  const auto signature = runtime::sign(key.secret_key, protocol::proof_text(announced.id.text(), ""));
  EXPECT_EQ(prove(announced.id, signature).error().code, "not_accepted");
}

TEST_F(EnrolmentTest, ALostAnswerIsMadeGoodByASecondProof) {
  const auto announced = announce(key).value();
  world.run(world.enrolment.accept(announced.id, "", world.admin)).value();
  const auto signature =
      runtime::sign(key.secret_key, protocol::proof_text(announced.id.text(), nonce_of(announced.id)));
  const auto lost = prove(announced.id, signature).value();
  const auto again = runtime::sign(key.secret_key, protocol::proof_text(announced.id.text(), nonce_of(announced.id)));
  const auto second = prove(announced.id, again).value();
  EXPECT_FALSE(world.run(world.enrolment.authenticate(lost.bearer)));
  EXPECT_TRUE(world.run(world.enrolment.authenticate(second.bearer)));
}

TEST_F(EnrolmentTest, AProofIsGoodOnce) {
  const auto announced = announce(key).value();
  world.run(world.enrolment.accept(announced.id, "", world.admin)).value();
  const auto signature =
      runtime::sign(key.secret_key, protocol::proof_text(announced.id.text(), nonce_of(announced.id)));
  const auto enrolled = prove(announced.id, signature).value();
  EXPECT_EQ(prove(announced.id, signature).error().code, "signature_wrong");
  EXPECT_TRUE(world.run(world.enrolment.authenticate(enrolled.bearer))) << "a replay ends nothing";
}

TEST_F(EnrolmentTest, AnAnnouncementEndsWhenItsBearerIsUsedOrRevoked) {
  const auto first = announce(key).value();
  world.run(world.enrolment.accept(first.id, "", world.admin)).value();
  const auto enrolled =
      prove(first.id, runtime::sign(key.secret_key, protocol::proof_text(first.id.text(), nonce_of(first.id)))).value();
  EXPECT_EQ(use(enrolled.bearer), BearerStanding::Good);
  EXPECT_EQ(world.run(world.enrolment.status(first.id)).error().code, "no_such_announcement");

  const auto other_key = runtime::make_signing_key();
  const auto second = announce(other_key).value();
  const auto host = world.run(world.enrolment.accept(second.id, "", world.admin)).value();
  const auto signature =
      runtime::sign(other_key.secret_key, protocol::proof_text(second.id.text(), nonce_of(second.id)));
  world.run(world.enrolment.revoke(host, world.admin)).value();
  EXPECT_EQ(prove(second.id, signature).error().code, "no_such_announcement");
}

TEST_F(EnrolmentTest, AProofIsInTheAuditLog) {
  const auto announced = announce(key).value();
  const auto host = world.run(world.enrolment.accept(announced.id, "", world.admin)).value();
  prove(announced.id, runtime::sign(key.secret_key, protocol::proof_text(announced.id.text(), nonce_of(announced.id))))
      .value();
  const auto look = [](store::View& view) { return store::list_audit(view, 1); };
  const auto entry = world.run(world.database.read(look)).front();
  EXPECT_EQ(entry.action, "host.prove");
  EXPECT_EQ(entry.object, host.text());
  EXPECT_EQ(entry.address, "192.0.2.1");
}

TEST_F(EnrolmentTest, TheSameKeyIsOneAnnouncement) {
  EXPECT_EQ(announce(key).value().id, announce(key).value().id);
  EXPECT_EQ(world.run(world.enrolment.pending()).size(), 1u);
}

TEST_F(EnrolmentTest, EqualNamesAreAllowedAndFlagged) {
  enrol(make_token(), "web-01").value();
  announce(key, "web-01").value();
  EXPECT_TRUE(world.run(world.enrolment.pending()).front().look_alike);
}

TEST_F(EnrolmentTest, NamesThatLookAlikeAreFlaggedAndHiddenCharactersRefused) {
  const auto known = enrol(make_token(), "db1").value().host;
  announce(key, "DBl").value();
  EXPECT_EQ(world.run(world.enrolment.pending()).front().look_alike, known);
  EXPECT_EQ(announce(runtime::make_signing_key(), "db1\u200B").error().code, "name_hidden");
  EXPECT_EQ(announce(runtime::make_signing_key(), "db1\u202E").error().code, "name_hidden");
}

TEST_F(EnrolmentTest, OneNetworkCannotTakeThePlacesOfAllOthers) {
  const auto announce_from = [&](std::string address) {
    const auto fresh = runtime::make_signing_key();
    return world.run(world.enrolment.announce(fresh.public_key, {"web", "web", "", "", ""}, std::move(address)));
  };
  for (std::size_t i = 0; i < kMaxWaitingOfNetwork; ++i) ASSERT_TRUE(announce_from("192.0.2.1"));
  EXPECT_EQ(announce_from("192.0.2.1").error().code, "too_many_waiting_here");
  EXPECT_TRUE(announce_from("198.51.100.1"));
  for (std::size_t i = 0; i < kMaxWaitingOfNetwork; ++i) ASSERT_TRUE(announce_from("2001:db8::" + std::to_string(i)));
  EXPECT_FALSE(announce_from("2001:db8::ffff")) << "a network of IPv6 is one, however many addresses it has";
}

TEST_F(EnrolmentTest, AHundredMayWaitAndNoMore) {
  for (int i = 0; i < 100; ++i) {
    const auto address = "192.0." + std::to_string(i) + ".1";
    const auto fresh = runtime::make_signing_key().public_key;
    ASSERT_TRUE(world.run(world.enrolment.announce(fresh, {"web", "web", "", "", ""}, address)));
  }
  EXPECT_EQ(announce(key).error().kind, core::ErrorKind::TooMany);
  world.clock.advance(1h);
  EXPECT_TRUE(announce(key)) << "those who waited an hour make room";
}

TEST_F(EnrolmentTest, ARejectedKeyStaysOut) {
  const auto announced = announce(key).value();
  ASSERT_TRUE(world.run(world.enrolment.reject(announced.id, world.admin)));
  EXPECT_EQ(announce(key).error().code, "rejected");
  EXPECT_EQ(world.run(world.enrolment.accept(announced.id, "", world.admin)).error().code, "decided");
  ASSERT_EQ(world.run(world.enrolment.rejected()).size(), 1u);
  world.clock.advance(kRejectionLife - 1s);
  EXPECT_EQ(announce(key).error().code, "rejected");
  world.clock.advance(1s);
  EXPECT_TRUE(announce(key));
}

TEST_F(EnrolmentTest, ARotatedBearerTakesOverWhenItIsUsed) {
  const auto enrolled = enrol(make_token()).value();
  const auto fresh = world.run(world.enrolment.rotate(enrolled.bearer)).value();
  EXPECT_TRUE(world.run(world.enrolment.authenticate(enrolled.bearer)))
      << "both are good while the agent stores the new one";
  EXPECT_EQ(use(fresh), BearerStanding::Good);
  EXPECT_FALSE(world.run(world.enrolment.authenticate(enrolled.bearer)));
  EXPECT_TRUE(world.run(world.enrolment.authenticate(fresh)));
}

TEST_F(EnrolmentTest, AnAgentThatLostItsRotationIsGivenTheSameBearerAgain) {
  const auto enrolled = enrol(make_token()).value();
  const auto fresh = world.run(world.enrolment.rotate(enrolled.bearer)).value();
  EXPECT_EQ(use(enrolled.bearer), BearerStanding::Ending);
  EXPECT_EQ(world.run(world.enrolment.rotate(enrolled.bearer)).value(), fresh);
  EXPECT_EQ(world.run(world.enrolment.rotate(fresh)).value(), fresh) << "it pends until it is used";
  EXPECT_EQ(use(fresh), BearerStanding::Good);
}

TEST_F(EnrolmentTest, ABearerThatIsEndingDoesNotRenewItself) {
  const auto enrolled = enrol(make_token()).value();
  const auto fresh = world.run(world.enrolment.rotate(enrolled.bearer)).value();
  EXPECT_EQ(use(enrolled.bearer), BearerStanding::Ending);
  EXPECT_TRUE(world.run(world.enrolment.authenticate(fresh))) << "using the old one does not end the new one";
  world.clock.advance(kRotationOverlap / 2);
  world.run(world.enrolment.rotate(enrolled.bearer)).value();
  world.clock.advance(kRotationOverlap / 2);
  EXPECT_FALSE(world.run(world.enrolment.authenticate(enrolled.bearer)));
  EXPECT_TRUE(world.run(world.enrolment.authenticate(fresh)));
}

TEST_F(EnrolmentTest, AUsedBearerRotatesToAnotherOneAgain) {
  const auto enrolled = enrol(make_token()).value();
  const auto second = world.run(world.enrolment.rotate(enrolled.bearer)).value();
  use(second);
  const auto third = world.run(world.enrolment.rotate(second)).value();
  EXPECT_NE(second, third);
  EXPECT_EQ(use(third), BearerStanding::Good);
}

TEST_F(EnrolmentTest, RevokingEndsTheBearerAndKeepsTheHost) {
  const auto enrolled = enrol(make_token()).value();
  ASSERT_TRUE(world.run(world.enrolment.revoke(enrolled.host, world.admin)));
  EXPECT_FALSE(world.run(world.enrolment.authenticate(enrolled.bearer)));
  EXPECT_FALSE(world.run(world.hosts.find(enrolled.host))->has_bearer);
}

TEST_F(EnrolmentTest, AHostIsWarnedOfFromTheMomentItsTokenIsRevokedUntilItIsEnrolledAgain) {
  const auto enrolled = enrol(make_token()).value();
  const auto reason = [&] { return world.run(world.hosts.find(enrolled.host))->status.reason(); };
  world.run(world.reports.receive_from_agent(enrolled.host, R"({"customer_id":"default"})", {})).value();
  EXPECT_EQ(reason(), "Unprotected: no source group and no repository");
  world.run(world.enrolment.revoke(enrolled.host, world.admin)).value();
  const auto revoked = world.run(world.hosts.find(enrolled.host))->status;
  EXPECT_EQ(revoked.state, core::HostState::Warning);
  EXPECT_EQ(revoked.cause(), core::StatusCause::Token);
  EXPECT_EQ(revoked.reason(), "No valid agent token; unprotected: no source group and no repository");
  const auto again = world.run(world.enrolment.make_token(enrolled.host, world.admin)).value();
  world.run(world.enrolment.enrol(again.token, {"web-01", "web-01", "Debian", "x86_64", "1.0"}, "192.0.2.1")).value();
  EXPECT_EQ(reason(), "Unprotected: no source group and no repository");
}

TEST_F(EnrolmentTest, ATokenThatIsRotatedIsThereAllTheTime) {
  const auto enrolled = enrol(make_token()).value();
  world.run(world.reports.receive_from_agent(enrolled.host, R"({"customer_id":"default"})", {})).value();
  world.run(world.enrolment.rotate(enrolled.bearer)).value();
  world.clock.advance(kRotationOverlap);
  world.run(world.reports.receive_from_agent(enrolled.host, R"({"customer_id":"default"})", {})).value();
  EXPECT_EQ(world.run(world.hosts.find(enrolled.host))->status.cause(), core::StatusCause::Unprotected);
}

}  // namespace
}  // namespace holdfast::fleet
