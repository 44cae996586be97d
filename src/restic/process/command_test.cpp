#include "process/command.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace holdfast::restic {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Key;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr Version k0_14{0, 14, 0};
constexpr Version k0_16_0{0, 16, 0};
constexpr Version k0_16_1{0, 16, 1};

const Installation kInstallation{.program = "restic", .cache_directory = "/cache", .work_directory = "/work"};
const WorkPaths kPaths{.directory = "/run/j", .password = "/run/j/password", .sources = "/run/j/sources"};

core::RepositoryAccess rest_access(std::string url = "rest:https://hub.example:8000/web-01/") {
  return {.url = std::move(url), .password = "repo secret", .server_user = "web@01", .server_password = "p:a/s%s"};
}

Environment environment_for(const core::RepositoryAccess& access, Version version, const Environment& inherited = {}) {
  return repository_environment(inherited, kInstallation, access, kPaths, version);
}

TEST(CommandEnvironment, HoldsWhatWasChosenAndNothingElse) {
  const Environment inherited{{"PATH", "/opt/bin"},
                              {"HOME", "/root"},
                              {"SSH_AUTH_SOCK", "/run/agent"},
                              {"SHELL", "/bin/sh"},
                              {"RESTIC_HOST", "forged"},
                              {"RESTIC_PASSWORD", "stray"},
                              {"GOMAXPROCS", "1"},
                              {"RESTIC_PASSWORD_COMMAND", "stray"}};
  const core::RepositoryAccess access{
      .url = "/srv/repo", .password = "secret", .server_user = {}, .server_password = {}};
  EXPECT_THAT(environment_for(access, k0_14, inherited),
              UnorderedElementsAre(Pair("PATH", "/opt/bin"), Pair("HOME", "/root"), Pair("SSH_AUTH_SOCK", "/run/agent"),
                                   Pair("LANG", "C"), Pair("RESTIC_REPOSITORY", "/srv/repo"),
                                   Pair("RESTIC_PASSWORD_FILE", "/run/j/password"), Pair("RESTIC_CACHE_DIR", "/cache"),
                                   Pair("RESTIC_PROGRESS_FPS", "1"), Pair("TMPDIR", "/run/j")));
}

TEST(CommandEnvironment, HasAPathWhenThisProcessHasNone) {
  EXPECT_THAT(base_environment({}).at("PATH"), HasSubstr("/usr/bin"));
  EXPECT_THAT(base_environment({}), Not(testing::Contains(Key("HOME"))));
}

core::RepositoryAccess object_store(std::string url, core::Variables variables) {
  return {std::move(url), "repo secret", "", "", std::move(variables)};
}

TEST(CommandEnvironment, HasTheVariablesOfTheRepositoryAndOfNoOther) {
  const Environment inherited{{"B2_ACCOUNT_ID", "of the host"}, {"AWS_SECRET_ACCESS_KEY", "of another backend"}};
  const auto access = object_store("b2:bucket:path", {{"B2_ACCOUNT_ID", "a"}, {"LD_PRELOAD", "/tmp/x.so"}});
  const auto environment = environment_for(access, k0_14, inherited);
  EXPECT_EQ(environment.at("B2_ACCOUNT_ID"), "a");
  EXPECT_THAT(environment, Not(testing::Contains(Key("LD_PRELOAD"))));
  EXPECT_THAT(environment, Not(testing::Contains(Key("AWS_SECRET_ACCESS_KEY"))));
}

TEST(CommandEnvironment, PassesOnTheHostsOwnVariablesOfANamedList) {
  const Environment inherited{
      {"B2_ACCOUNT_ID", "a"},        {"B2_ACCOUNT_KEY", "b"}, {"https_proxy", "http://proxy:3128"},
      {"NO_PROXY", "localhost"},     {"SSL_CERT_DIR", "/ca"}, {"RESTIC_PASSWORD_COMMAND", "x"},
      {"RESTIC_REST_PASSWORD", "c"}, {"AWS_PROFILE", "p"}};
  const auto environment = environment_for(object_store("b2:bucket:path", {}), k0_14, inherited);
  EXPECT_THAT(environment, IsSupersetOf({Pair("B2_ACCOUNT_ID", "a"), Pair("B2_ACCOUNT_KEY", "b"),
                                         Pair("https_proxy", "http://proxy:3128"), Pair("NO_PROXY", "localhost"),
                                         Pair("SSL_CERT_DIR", "/ca")}));
  for (const auto* name : {"RESTIC_PASSWORD_COMMAND", "RESTIC_REST_PASSWORD", "AWS_PROFILE"})
    EXPECT_THAT(environment, Not(testing::Contains(Key(name)))) << name;
  EXPECT_THAT(environment_for(object_store("/srv/repo", {}), k0_14, inherited),
              Not(testing::Contains(Key("https_proxy"))));
}

// A server that the hub names would learn a key of the host.
TEST(CommandEnvironment, NeverMixesTheHostsCredentialsWithTheRepositorys) {
  const Environment inherited{{"OS_USERNAME", "host"}, {"OS_PASSWORD", "of the host"}};
  const auto access = object_store("swift:container:/path", {{"OS_AUTH_URL", "https://elsewhere"}});
  EXPECT_THAT(environment_for(access, k0_14, inherited), Not(testing::Contains(Key("OS_PASSWORD"))));
}

TEST(CommandEnvironment, HandsOverContentOfFilesAsFilesOfTheJob) {
  const std::string certificate = "-----BEGIN CERTIFICATE-----\nMII\n";
  auto access = rest_access();
  access.environment = {{"RESTIC_CACERT", certificate}};
  EXPECT_EQ(environment_for(access, k0_16_1).at("RESTIC_CACERT"), "/run/j/RESTIC_CACERT");
  EXPECT_EQ(environment_for(access, k0_14).at("SSL_CERT_FILE"), "/run/j/RESTIC_CACERT") << "it knows no other";
  access.environment = {{"RESTIC_CACERT", "/etc/own.pem"}, {"RESTIC_TLS_CLIENT_CERT", certificate}};
  EXPECT_EQ(environment_for(access, k0_16_1).at("RESTIC_CACERT"), "/etc/own.pem");
  EXPECT_EQ(environment_for(access, k0_16_1).at("RESTIC_TLS_CLIENT_CERT"), "/run/j/RESTIC_TLS_CLIENT_CERT");
}

TEST(VariablesMissing, NamesThem) {
  const auto access = object_store("b2:bucket:path", {{"B2_ACCOUNT_ID", "a"}});
  const auto failure = variables_missing(access, environment_for(access, k0_14));
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code, "credentials_missing");
  EXPECT_THAT(failure->message, HasSubstr("B2_ACCOUNT_KEY"));
  EXPECT_FALSE(variables_missing(rest_access(), environment_for(rest_access(), k0_14)));
}

TEST(CommandEnvironment, PutsTheRestLoginIntoTheUrlForOldRestic) {
  for (const auto& version : {k0_14, k0_16_0}) {
    const auto environment = environment_for(rest_access(), version);
    EXPECT_EQ(environment.at("RESTIC_REPOSITORY"), "rest:https://web%4001:p%3Aa%2Fs%25s@hub.example:8000/web-01/");
    EXPECT_THAT(environment, Not(testing::Contains(Key("RESTIC_REST_PASSWORD"))));
  }
}

TEST(CommandEnvironment, PutsTheRestLoginIntoVariablesForNewerRestic) {
  EXPECT_THAT(environment_for(rest_access(), k0_16_1),
              IsSupersetOf({Pair("RESTIC_REPOSITORY", "rest:https://hub.example:8000/web-01/"),
                            Pair("RESTIC_REST_USERNAME", "web@01"), Pair("RESTIC_REST_PASSWORD", "p:a/s%s")}));
}

TEST(CommandEnvironment, ReplacesAUserThatStandsInTheUrl) {
  const auto access = rest_access("rest:http://bob@[::1]:8000");
  EXPECT_EQ(environment_for(access, k0_14).at("RESTIC_REPOSITORY"), "rest:http://web%4001:p%3Aa%2Fs%25s@[::1]:8000");
  EXPECT_EQ(environment_for(access, k0_16_1).at("RESTIC_REPOSITORY"), "rest:http://[::1]:8000");
}

TEST(CommandEnvironment, LeavesTheUrlOfOtherBackendsAlone) {
  const core::RepositoryAccess access{
      .url = "sftp://user@host:2222//srv/repo", .password = "x", .server_user = {}, .server_password = {}};
  EXPECT_EQ(environment_for(access, k0_14).at("RESTIC_REPOSITORY"), access.url);
}

TEST(CommandArguments, NameEachThingInOneArgument) {
  BackupRequest request{.job = {}, .access = rest_access(), .sources = {}, .host = "web-01", .initialise = false};
  request.sources = {.paths = {"/srv"}, .excludes = {"*.tmp", "-x $HOME #1"}, .tags = {"nightly"}};
  EXPECT_THAT(backup_arguments(kInstallation, request, kPaths),
              ElementsAre("restic", "backup", "--json", "--files-from-raw=/run/j/sources", "--exclude=*.tmp",
                          "--exclude=-x $HOME #1", "--tag=nightly", "--host=web-01"));
}

TEST(CommandArguments, LeaveTheHostToResticWhenNoneIsGiven) {
  const BackupRequest request{.job = {}, .access = rest_access(), .sources = {}, .host = "", .initialise = false};
  for (const auto& argument : backup_arguments(kInstallation, request, kPaths)) {
    EXPECT_THAT(argument, Not(HasSubstr("--host")));
  }
}

RC_GTEST_PROP(CommandArguments, NeverHoldASecret, (const std::string& path)) {
  BackupRequest request{.job = {}, .access = rest_access(), .sources = {}, .host = "h", .initialise = false};
  request.sources.paths = {"/" + path};
  for (const auto& argument : backup_arguments(kInstallation, request, kPaths)) {
    RC_ASSERT(!argument.contains(request.access.password));
    RC_ASSERT(!argument.contains(request.access.server_password));
  }
}

}  // namespace
}  // namespace holdfast::restic
