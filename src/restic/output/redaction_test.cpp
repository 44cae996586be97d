#include "output/redaction.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace holdfast::restic {
namespace {

core::RepositoryAccess access_with(std::string password, std::string server_password = "") {
  return {.url = "rest:http://hub.example/x",
          .password = std::move(password),
          .server_user = "alice",
          .server_password = std::move(server_password)};
}

TEST(Redactor, HidesThePasswordsInEachWayTheyAreWritten) {
  const Redactor redactor(access_with("open \"sesame\"", "p@ss/word"));
  EXPECT_EQ(redactor.clean("key open \"sesame\" tried"), "key *** tried");
  EXPECT_EQ(redactor.clean(R"({"password":"open \"sesame\""})"), R"({"password":"***"})");
  EXPECT_EQ(redactor.clean("got p@ss/word and p%40ss%2Fword"), "got *** and ***");
}

TEST(Redactor, HidesTheSecretVariables) {
  auto access = access_with("repository password");
  access.url = "b2:bucket:path";
  access.environment = {
      {"B2_ACCOUNT_ID", "account"}, {"B2_ACCOUNT_KEY", "K001-hidden"}, {"HTTPS_PROXY", "http://u:pw@p"}};
  EXPECT_EQ(Redactor(access).clean("account, K001-hidden, http://u:pw@p"), "account, ***, ***");
}

TEST(Redactor, HidesUserAndPasswordOfEveryUrl) {
  const Redactor redactor(access_with("secret"));
  EXPECT_EQ(redactor.clean("Head \"http://bob:pw@a.example/c\" then https://x:y@b.example"),
            "Head \"http://***@a.example/c\" then https://***@b.example");
  EXPECT_EQ(redactor.clean("see http://a.example/@home"), "see http://a.example/@home");
}

TEST(Redactor, LeavesASecretHiddenThatAnEscapeCutInTwo) {
  EXPECT_EQ(Redactor(access_with("sesame")).clean("ses\x1B[31mame"), "***");
}

TEST(Redactor, RemovesTerminalEscapesAndControls) {
  const Redactor redactor(access_with("secret"));
  EXPECT_EQ(redactor.clean("\x1B[2Ksignal interrupt received, cleaning up\r"),
            "signal interrupt received, cleaning up");
  EXPECT_EQ(redactor.clean("a\tb\nc\x7F"), "a b c");
  EXPECT_EQ(redactor.clean("cut \x1B["), "cut");
  EXPECT_EQ(redactor.clean("cut \x1B"), "cut");
}

TEST(Redactor, HidesTheLongerSecretBeforeTheOneInsideIt) {
  EXPECT_EQ(Redactor(access_with("abcdef", "abcdefgh")).clean("abcdefgh abcdef"), "*** ***");
}

TEST(Redactor, HidesNothingThatCouldBeReadFromTheGaps) {
  EXPECT_EQ(Redactor(access_with("p", "vault")).clean("open the vault"), "open the vault");
  EXPECT_EQ(Redactor(access_with("restic", "Repository")).clean("restic created a Repository"),
            "restic created a Repository");
  EXPECT_EQ(Redactor(access_with("hub.example")).clean("reaching hub.example"), "reaching hub.example");
  EXPECT_EQ(Redactor(access_with("restic7")).clean("restic with restic7"), "restic with ***");
}

TEST(Redactor, CutsALongLineBetweenCodePoints) {
  std::string line(8191, 'x');
  line += "é and more";
  EXPECT_EQ(Redactor(access_with("secret")).clean(line), std::string(8191, 'x'));
}

RC_GTEST_PROP(Redactor, GivesOneCleanLineForAnyBytes, (const std::string& bytes)) {
  const auto line = Redactor(access_with("hunter2", "p@ssword")).clean("hunter2" + bytes + "p@ssword");
  RC_ASSERT(text::is_valid_utf8(line));
  RC_ASSERT(!text::has_control_character(line));
  RC_ASSERT(line.size() <= 8u * 1024);
  RC_ASSERT(!line.contains("hunter2") && !line.contains("p@ssword"));
}

}  // namespace
}  // namespace holdfast::restic
