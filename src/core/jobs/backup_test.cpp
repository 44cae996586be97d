#include "core/jobs/backup.hpp"

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

TEST(CheckRepositoryAccess, RefusesIncompleteAndUnknown) {
  EXPECT_EQ(code_of(check_repository_access({"srv/repo", "secret", "", ""})), "url_unknown");
  EXPECT_EQ(code_of(check_repository_access({"--help", "secret", "", ""})), "url_unknown");
  EXPECT_EQ(code_of(check_repository_access({"/srv/repo", "", "", ""})), "password_empty");
  EXPECT_EQ(code_of(check_repository_access({"rest:https://host/", "secret", "user", ""})), "server_login_incomplete");
  EXPECT_EQ(code_of(check_repository_access({"/srv/repo", "secret", "user", "pass"})), "server_login_unused");
  EXPECT_EQ(code_of(check_repository_access({"/srv/repo", "sec\nret", "", ""})), "secret_invalid");
}

TEST(CheckRepositoryAccess, TakesTheVariablesOfItsBackend) {
  RepositoryAccess access{"b2:bucket:path", "secret", "", ""};
  access.environment = {{"B2_ACCOUNT_ID", "id"}, {"B2_ACCOUNT_KEY", "key"}};
  EXPECT_EQ(code_of(check_repository_access(access)), "ok");
  access.url = "/srv/vault";
  EXPECT_EQ(code_of(check_repository_access(access)), "environment_unknown");
}

TEST(CheckSourceSet, RefusesPatternsThatResticCannotRead) {
  for (const auto* pattern : {"[*", "/srv/[", "[]", "[^]", "[a-", "a\\", "[a-]", "[-a]", "/ok/x[/y]"})
    EXPECT_EQ(code_of(check_source_set({{"/srv"}, {pattern}, {}})), "exclude_invalid") << pattern;
  for (const auto* pattern : {"*", "**/cache", "[a-z]", "[^x]*", "[\\]]", "\\[*", "]", "!keep", "ä[ö-ü]", "a**b?"})
    EXPECT_EQ(code_of(check_source_set({{"/srv"}, {pattern}, {}})), "ok") << pattern;
}

TEST(CheckNewSourceSet, RefusesWhatIsGivenTwice) {
  EXPECT_EQ(code_of(check_new_source_set({{"/srv", "/etc", "/srv/data"}, {"a", "b"}, {"x", "y"}})), "ok");
  EXPECT_EQ(code_of(check_new_source_set({{"/srv", "/etc", "/srv"}, {}, {}})), "path_twice");
  EXPECT_EQ(code_of(check_new_source_set({{"/srv", "//srv/"}, {}, {}})), "path_twice");
  EXPECT_EQ(code_of(check_new_source_set({{"/"}, {"a", "b", "a"}, {}})), "exclude_twice");
  EXPECT_EQ(code_of(check_new_source_set({{"/"}, {}, {"x", "x"}})), "tag_twice");
}

TEST(CheckNewSourceSet, RefusesTagsThatAFormWouldSplit) {
  EXPECT_EQ(code_of(check_new_source_set({{"/srv"}, {}, {"web server"}})), "tag_invalid");
  EXPECT_EQ(code_of(check_source_set({{"/srv"}, {}, {"web server"}})), "ok") << "stored ones go on";
}

TEST(CheckNewSourceSet, RefusesPathsThatLeaveTheirFolder) {
  EXPECT_EQ(code_of(check_new_source_set({{"/srv/../etc"}, {}, {}})), "path_invalid");
  EXPECT_EQ(code_of(check_new_source_set({{"/srv/.."}, {}, {}})), "path_invalid");
  EXPECT_EQ(code_of(check_new_source_set({{"/srv/..data", "/srv/a..b/..."}, {}, {}})), "ok");
}

TEST(CheckTypedPassword, IsStricterWithNewRepositories) {
  using enum PasswordOf;
  EXPECT_EQ(code_of(check_typed_password("eleven byte", New_repository)), "password_short");
  EXPECT_EQ(code_of(check_typed_password("twelve bytes", New_repository)), "ok");
  EXPECT_EQ(code_of(check_typed_password("restic", Existing_repository)), "ok");
  EXPECT_EQ(code_of(check_typed_password("a long password ", Existing_repository)), "password_blank");
}

TEST(IsInsideSources, FindsARepositoryThatWouldBackUpItself) {
  EXPECT_TRUE(is_inside_sources("/srv/vault", {{"/etc", "/srv"}, {}, {}}));
  EXPECT_TRUE(is_inside_sources("/srv//vault/", {{"/srv/vault"}, {"/srv/other"}, {}}));
  EXPECT_TRUE(is_inside_sources("/srv/vault", {{"/"}, {"/proc"}, {}}));
  EXPECT_FALSE(is_inside_sources("/srv/vault2", {{"/srv/vault"}, {}, {}}));
  EXPECT_FALSE(is_inside_sources("/srv/vault", {{"/"}, {"/srv/vault/"}, {}}));
  EXPECT_FALSE(is_inside_sources("/srv/vault", {{"/"}, {"vault"}, {}}));
  EXPECT_FALSE(is_inside_sources("/srv/vault", {{"/"}, {"/srv/*"}, {}}));
  EXPECT_FALSE(is_inside_sources("sftp:host:/srv/vault", {{"/"}, {}, {}})) << "it may be another host's /srv";
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

TEST(CheckName, RefusesHiddenCharacters) {
  EXPECT_FALSE(check_name("The host name", "db1\u200B"));
  EXPECT_FALSE(check_name("The host name", "db\u00A01"));
  EXPECT_TRUE(check_name("The host name", "Łódź 2"));
}

}  // namespace
}  // namespace holdfast::core
