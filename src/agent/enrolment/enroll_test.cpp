#include "enrolment/enroll.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "enrolment/announce.hpp"
#include "http/server/server.hpp"
#include "runtime/secrets/crypto.hpp"
#include "test_support.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::Contains;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::string_view kAnnouncement = "01J0000000000000000000ANN1";
constexpr std::string_view kEnrolled =
    R"({"host_id":"01J00000000000000000000H0S","host_name":"web-1","bearer":"hfa_secret"})";

// The hub's side of enrolment, with an answer to each question that tests may change.
class EnrolTest : public testing::Test {
 protected:
  EnrolTest() : server_(loop_, router_, http::ServerOptions()) {
    runtime::start_crypto();
    fs::create_directory(folder_ / "state");
    answer("POST", "/api/v1/agent/enroll", [this](http::Request& request) { return enrol(request); });
    answer("POST", "/api/v1/agent/announce", [this](http::Request& request) { return announced(request); });
    answer("GET", "/api/v1/agent/announcements/{id}", [this](http::Request&) { return state(); });
    answer("POST", "/api/v1/agent/announcements/{id}/proof", [this](http::Request& request) { return prove(request); });
    server_.start();
  }

  void answer(std::string_view method, std::string_view path, std::function<http::Response(http::Request&)> handler) {
    router_.add(method, path,
                [handler](http::Request& request) -> runtime::Task<http::Response> { co_return handler(request); });
  }
  http::Response enrol(http::Request& request) {
    const std::string token = text_member(json::parse(request.body).as_object(), "token");
    if (token == "used")
      return http::json_response(
          410, R"({"error":{"code":"token_used","message":"This token was used already. Make a new one."}})");
    if (token != "good")
      return http::json_response(401, R"({"error":{"code":"token_unknown","message":"This token is not known."}})");
    return http::json_response(201, std::string(kEnrolled));
  }
  http::Response announced(http::Request& request) {
    ++announcements_;
    public_key_ = *runtime::from_base64(text_member(json::parse(request.body).as_object(), "public_key"));
    return http::json_response(202, "{\"announcement_id\":\"" + std::string(kAnnouncement) + "\"}");
  }
  http::Response state() {
    if (states_.empty()) return http::json_response(200, R"({"state":"waiting"})");
    const std::string current = states_.front();
    states_.erase(states_.begin());
    if (current == "gone") return http::json_response(410, "{}");
    if (current == "busy") return http::json_response(503, "{}");
    const std::string nonce = current == "accepted" ? ",\"nonce\":\"" + runtime::to_base64(nonce_) + "\"" : "";
    return http::json_response(200, "{\"state\":\"" + current + "\"" + nonce + "}");
  }
  http::Response prove(http::Request& request) {
    const auto signature = runtime::from_base64(text_member(json::parse(request.body).as_object(), "signature"));
    const std::string text = "holdfast-enrol-v1\n" + std::string(kAnnouncement) + "\n" + nonce_;
    if (!signature || !runtime::verify_signature(public_key_, text, *signature)) return http::json_response(403, "{}");
    return http::json_response(201, std::string(kEnrolled));
  }

  EnrolRequest request() {
    return {"http://127.0.0.1:" + std::to_string(server_.port()), "web-1", "", folder_ / "state"};
  }
  int run(const std::function<runtime::Task<int>()>& command) {
    int code = -1;
    const std::function<runtime::Task<>()> steps = [&]() -> runtime::Task<> {
      code = co_await command();
      co_await server_.stop(0ms);
    };
    test::run(loop_, steps);
    return code;
  }
  int run_enroll(std::string token) {
    return run([&] { return enroll(loop_, request(), token, say_); });
  }
  int run_announce() {
    return run([&] { return announce(loop_, request(), say_, 1ms); });
  }

  test::TemporaryDirectory folder_;
  runtime::Loop loop_;
  http::Router router_;
  http::Server server_;
  std::vector<std::string> said_;
  Say say_ = [this](std::string_view sentence) { said_.emplace_back(sentence); };
  std::vector<std::string> states_;  // that the announcement has, one after the other
  std::string nonce_ = std::string(31, 'n') + '\n';
  std::string public_key_;
  int announcements_ = 0;
};

TEST_F(EnrolTest, KeepsTheBearerThatATokenIsWorth) {
  EXPECT_EQ(run_enroll("good"), 0);
  EXPECT_EQ(load_identity(folder_ / "state")->bearer, "hfa_secret");
  EXPECT_THAT(said_, Contains(HasSubstr("Enrolled as web-1")));
}

TEST_F(EnrolTest, SaysWhatToDoAboutABadToken) {
  EXPECT_EQ(run_enroll("bad"), 1);
  EXPECT_THAT(said_, Contains(HasSubstr("This token is not known. Check that the token was copied completely.")));
  EXPECT_FALSE(load_identity(folder_ / "state"));
}

TEST_F(EnrolTest, SaysOfAUsedTokenWhatTheHubSays) {
  EXPECT_EQ(run_enroll("used"), 1);
  EXPECT_THAT(said_, Contains(testing::EndsWith("This token was used already. Make a new one.")));
}

TEST_F(EnrolTest, SaysWhenThereIsNoHub) {
  EnrolRequest nowhere = request();
  nowhere.hub_url = "http://127.0.0.1:1";
  EXPECT_EQ(run([&] { return enroll(loop_, nowhere, "good", say_); }), 1);
  EXPECT_THAT(said_, Contains(HasSubstr("Check the address")));
}

TEST_F(EnrolTest, AnnouncesAndProvesItsKeyOnceAccepted) {
  states_ = {"waiting", "busy", "waiting", "accepted"};
  EXPECT_EQ(run_announce(), 0);
  EXPECT_EQ(load_identity(folder_ / "state")->bearer, "hfa_secret");
  EXPECT_FALSE(load_announcement(folder_ / "state"));
  EXPECT_THAT(said_, Contains("  " + show_fingerprint(public_key_)));
}

TEST_F(EnrolTest, AnnouncesAnEnrolledMachineOnlyWhenThatIsMeant) {
  store_identity(folder_ / "state", {"http://127.0.0.1:1", "01J0000000000000000000HST1", "hfa_first", ""});
  states_ = {"accepted"};
  EXPECT_EQ(run_announce(), 1);
  EXPECT_EQ(announcements_, 0);
  EXPECT_THAT(said_, Contains(HasSubstr("enrolled already")));
  EXPECT_EQ(load_identity(folder_ / "state")->bearer, "hfa_first");
}

TEST_F(EnrolTest, EndsWhenItIsRejected) {
  states_ = {"waiting", "rejected"};
  EXPECT_EQ(run_announce(), 1);
  EXPECT_THAT(said_, Contains(HasSubstr("Rejected")));
  EXPECT_FALSE(load_announcement(folder_ / "state"));
}

TEST_F(EnrolTest, EndsWhenItExpiresAndKeepsItsKey) {
  states_ = {"waiting", "gone"};
  EXPECT_EQ(run_announce(), 1);
  EXPECT_THAT(said_, Contains(HasSubstr("Expired")));
  EXPECT_EQ(load_announcement(folder_ / "state")->public_key, public_key_);
  EXPECT_EQ(load_announcement(folder_ / "state")->announcement_id, "");
}

TEST_F(EnrolTest, GoesOnWithTheAnnouncementOfAnEarlierStart) {
  const auto key = runtime::make_signing_key();
  public_key_ = key.public_key;
  store_announcement(folder_ / "state",
                     {request().hub_url, key.public_key, key.secret_key, std::string(kAnnouncement)});
  states_ = {"waiting", "accepted"};
  EXPECT_EQ(run_announce(), 0);
  EXPECT_EQ(announcements_, 0);
}

TEST_F(EnrolTest, AnnouncesAgainWithItsKeyWhenTheEarlierOneHasExpired) {
  const auto key = runtime::make_signing_key();
  store_announcement(folder_ / "state",
                     {request().hub_url, key.public_key, key.secret_key, "01J0000000000000000000ANN0"});
  states_ = {"gone", "accepted"};
  EXPECT_EQ(run_announce(), 0);
  EXPECT_EQ(announcements_, 1);
  EXPECT_EQ(public_key_, key.public_key);
}

TEST(Fingerprint, HasSixteenGroupsOfFourDigits) {
  EXPECT_EQ(show_fingerprint("").size(), 16 * 4 + 15);
  EXPECT_EQ(show_fingerprint("").substr(0, 19), "e3b0 c442 98fc 1c14");
}

}  // namespace
}  // namespace holdfast::agent
