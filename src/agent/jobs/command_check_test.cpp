#include "jobs/command_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_support.hpp"

namespace holdfast::agent {
namespace {

protocol::CommandRun checked_command(std::string url) {
  protocol::CommandRun command = test::command(1, "/srv/repository", "/etc");
  command.access.url = std::move(url);
  return command;
}

std::string code_of(const protocol::CommandRun& command, Rclone rclone) {
  const auto failure = check_command(command, rclone);
  return failure ? failure->code : "";
}

TEST(CommandCheck, TakesWhatAHubMayAskFor) {
  for (const auto* url :
       {"/srv/repository", "sftp:user@host:/srv", "rest:https://host/repository/", "s3:host/bucket"}) {
    EXPECT_EQ(code_of(checked_command(url), Rclone::Refused), "") << url;
  }
}

TEST(CommandCheck, TakesRcloneOnlyWhereItIsAllowed) {
  EXPECT_EQ(code_of(checked_command("rclone:remote:path"), Rclone::Refused), "rclone_refused");
  EXPECT_EQ(code_of(checked_command("rclone:remote:path"), Rclone::Allowed), "");
}

TEST(CommandCheck, RefusesProgramsInAddressesEvenSo) {
  for (const auto* url :
       {R"(rclone::webdav,url="http://127.0.0.1:9/",bearer_token_command="touch /tmp/x":y)", "rclone:--config=/tmp/x:y",
        "rclone:remote,bearer_token_command=x:y", "rclone:-v:", "sftp:-oProxyCommand=touch /tmp/x:/srv",
        "sftp://user@-oProxyCommand=x/srv", "-o", "", "local:/srv", "unknown:x"}) {
    EXPECT_EQ(code_of(checked_command(url), Rclone::Allowed), "refused_by_agent") << url;
  }
}

TEST(CommandCheck, RefusesSourcesThatAreNone) {
  auto relative = checked_command("/srv/repository");
  std::get<protocol::BackupCommand>(relative.operation).sources.paths = {"etc"};
  EXPECT_EQ(code_of(relative, Rclone::Allowed), "refused_by_agent");
  auto lines = checked_command("/srv/repository");
  std::get<protocol::BackupCommand>(lines.operation).sources.excludes = {"a\nb"};
  EXPECT_EQ(code_of(lines, Rclone::Allowed), "refused_by_agent");
}

}  // namespace
}  // namespace holdfast::agent
