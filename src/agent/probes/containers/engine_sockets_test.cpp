#include "probes/containers/engine_sockets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "probes/containers/fake_engine.hpp"
#include "probes/sample_host.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class EngineSocketsTest : public testing::Test {
 protected:
  fs::path listen(const std::string& place) {
    fs::create_directories((host_ / place).parent_path());
    engines_.push_back(std::make_unique<test::FakeEngine>(loop_, host_ / place));
    return fs::canonical(host_ / place);
  }
  ~EngineSocketsTest() override {
    for (const auto& engine : engines_) test::run(loop_, [&] { return engine->stop(); });
  }

  test::SampleHost host_;
  runtime::Loop loop_;
  std::vector<std::unique_ptr<test::FakeEngine>> engines_;
};

TEST_F(EngineSocketsTest, WithTwoNamesAreOne) {
  const fs::path docker = listen("docker.sock");
  host_.link("podman.sock", "docker.sock");
  host_.put("no_socket.sock", "");
  EXPECT_THAT(
      find_sockets({host_ / "podman.sock", host_ / "docker.sock", host_ / "no_socket.sock", host_ / "absent.sock"}),
      ElementsAre(EngineSocket{docker, ""}));
}

TEST_F(EngineSocketsTest, OfUsersAreInTheirRunFolders) {
  const fs::path docker = listen("run/user/1000/docker.sock");
  const fs::path podman = listen("run/user/1001/podman/podman.sock");
  host_.put("run/user/1002/docker.sock", "");
  host_.put("etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n");
  EXPECT_THAT(find_sockets_of_users(host_.paths()),
              ElementsAre(EngineSocket{docker, "alice"}, EngineSocket{podman, "1001"}));
}

TEST_F(EngineSocketsTest, OfUsersAreNoOnesElse) {
  host_.put("run/user/1000/empty", "");
  host_.link("run/user/1000/docker.sock", "/run/no such socket");
  EXPECT_THAT(find_sockets_of_users(host_.paths()), IsEmpty());
  EXPECT_THAT(find_sockets_of_users({"/absent", "/absent", "/absent", "/absent", "/absent"}), IsEmpty());
}

TEST(UserName, IsThatOfTheNumber) {
  constexpr std::string_view kPasswd = "root:x:0:0:root:/root:/bin/sh\n+::::::\nalice:x:1000:100::/home/a:/bin/sh";
  EXPECT_EQ(find_user_name(kPasswd, "1000"), "alice");
  EXPECT_EQ(find_user_name(kPasswd, "0"), "root");
  for (const char* number : {"100", "", "x", "10000"}) EXPECT_EQ(find_user_name(kPasswd, number), "") << number;
}

}  // namespace
}  // namespace holdfast::agent
