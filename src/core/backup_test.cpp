#include "core/backup.hpp"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

std::string code_of(const Result<>& result) {
  return result ? "ok" : result.error().code;
}

TEST(CheckSourceSet, TakesPathsWithLineEndsQuotesAndDashes) {
  EXPECT_EQ(code_of(check_source_set({{"/srv", "/a\nb", "/\"quoted\" 'path'", "/-rf"}, {"*.tmp"}, {"nightly"}})), "ok");
}

TEST(CheckSourceSet, RefusesWhatResticCannotRead) {
  EXPECT_EQ(code_of(check_source_set({{}, {}, {}})), "no_paths");
  EXPECT_EQ(code_of(check_source_set({{"srv"}, {}, {}})), "path_not_absolute");
  EXPECT_EQ(code_of(check_source_set({{"-rf"}, {}, {}})), "path_not_absolute");
  EXPECT_EQ(code_of(check_source_set({{std::string("/a\0b", 4)}, {}, {}})), "path_invalid");
  EXPECT_EQ(code_of(check_source_set({{"/\xFF"}, {}, {}})), "path_invalid");
  EXPECT_EQ(code_of(check_source_set({{"/" + std::string(5000, 'a')}, {}, {}})), "path_too_long");
  EXPECT_EQ(code_of(check_source_set({{"/srv"}, {"a\nb"}, {}})), "line_invalid");
  EXPECT_EQ(code_of(check_source_set({{"/srv"}, {}, {"a,b"}})), "tag_invalid");
  EXPECT_EQ(code_of(check_source_set({std::vector<std::string>(1001, "/srv"), {}, {}})), "too_many");
}

TEST(CheckRepositoryAccess, TakesTheBackendsOfRestic) {
  for (const auto* url : {"/srv/repo", "sftp:user@host:/srv/repo", "rest:https://host:8000/repo/",
                          "s3:s3.amazonaws.com/bucket", "b2:bucket:path", "rclone:remote:path"}) {
    EXPECT_EQ(code_of(check_repository_access({url, "secret", "", ""})), "ok") << url;
  }
}

TEST(CheckRepositoryAccess, KeepsSecretsOutOfTheAddress) {
  EXPECT_EQ(code_of(check_repository_access({"rest:https://user:pass@host/", "secret", "", ""})), "url_has_password");
  EXPECT_EQ(code_of(check_repository_access({"rest:https://user@host/", "secret", "", ""})), "ok");
}

TEST(CheckRepositoryAccess, RefusesIncompleteAndUnknown) {
  EXPECT_EQ(code_of(check_repository_access({"srv/repo", "secret", "", ""})), "url_unknown");
  EXPECT_EQ(code_of(check_repository_access({"--help", "secret", "", ""})), "url_unknown");
  EXPECT_EQ(code_of(check_repository_access({"/srv/repo", "", "", ""})), "password_empty");
  EXPECT_EQ(code_of(check_repository_access({"rest:https://host/", "secret", "user", ""})), "server_login_incomplete");
  EXPECT_EQ(code_of(check_repository_access({"/srv/repo", "secret", "user", "pass"})), "server_login_unused");
  EXPECT_EQ(code_of(check_repository_access({"/srv/repo", "sec\nret", "", ""})), "secret_invalid");
}

TEST(RedactUrl, HidesUserAndPassword) {
  EXPECT_EQ(redact_url("rest:https://user:pa@ss@host:8000/repo/"), "rest:https://***@host:8000/repo/");
  EXPECT_EQ(redact_url("sftp:user@host:/srv"), "sftp:user@host:/srv");
  EXPECT_EQ(redact_url("rest:https://host/a@b"), "rest:https://host/a@b");
}

TEST(CheckCustomerSlug, IsStrict) {
  EXPECT_EQ(code_of(check_customer_slug("acme-01.x_y")), "ok");
  for (const auto* slug : {"a", "Acme", "a b", "é", ""})
    EXPECT_EQ(code_of(check_customer_slug(slug)), "customer_id_invalid") << slug;
}

TEST(CheckName, RefusesBlanksAndControlCharacters) {
  EXPECT_EQ(code_of(check_name("The name", "web 01")), "ok");
  EXPECT_EQ(code_of(check_name("The name", " web")), "name_blank");
  EXPECT_EQ(code_of(check_name("The name", "")), "line_empty");
  EXPECT_EQ(code_of(check_name("The name", "a\tb")), "line_invalid");
}

}  // namespace
}  // namespace holdfast::core
