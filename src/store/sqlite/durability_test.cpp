#include <fcntl.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <sstream>

#include "sqlite/sqlite_fixture.hpp"
#include "store/accounts/accounts.hpp"
#include "store/hosts/hosts.hpp"
#include "store/reports/reports.hpp"
#include "text/time.hpp"

namespace holdfast::store {
namespace {

void expect_sound(View& view) {
  EXPECT_EQ(connection_of(view).number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
  EXPECT_EQ(connection_of(view).number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

class Killed : public SqliteTest {
 protected:
  // Starts the writer, reads at least `bytes` of its acknowledgements, kills it and returns all whole lines.
  std::vector<std::string> write_until_killed(const std::string& round, std::size_t bytes) {
    int pipe[2];
    EXPECT_EQ(pipe2(pipe, O_CLOEXEC), 0);
    const pid_t writer = start(round, pipe[1]);
    ::close(pipe[1]);
    std::string output = read_some(pipe[0], bytes);
    kill(writer, SIGKILL);
    output += read_some(pipe[0], std::string::npos);
    ::close(pipe[0]);
    waitpid(writer, nullptr, 0);
    return whole_lines(output);
  }

  void expect_stored(const std::vector<std::string>& names) {
    read([&](View& view) {
      expect_sound(view);
      for (const std::string& name : names) expect_report(view, name);
      EXPECT_EQ(connection_of(view).number("SELECT count(*) FROM settings"),
                connection_of(view).number("SELECT count(*) FROM reports"));
      expect_newest_states(view);
      return true;
    });
    close();
  }

 private:
  static void expect_report(View& view, const std::string& name) {
    const std::optional<std::string> place = find_setting(view, name);
    ASSERT_TRUE(place) << name;
    constexpr std::size_t kIdLength = 26;
    const core::Time at = *text::parse_time(place->substr(kIdLength));
    const core::HostId host(place->substr(0, kIdLength));
    const std::vector<StoredReport> reports = list_reports(view, host, at, at + core::milliseconds(1), 2);
    ASSERT_EQ(reports.size(), 1u) << name;
    EXPECT_EQ(Packer().unpack(reports[0].document), name + std::string(500, 'x'));
  }
  static void expect_newest_states(View& view) {
    for (const core::Host& host : list_hosts(view)) {
      const StoredReport newest = last_reports(view, host.id, 1).at(0);
      EXPECT_EQ(find_report_state(view, host.id)->at, newest.at);
    }
  }

  pid_t start(const std::string& round, int output) {
    std::string tool = STORE_TEST_TOOL;
    std::string command = "write";
    std::string path = file();
    std::string name = round;
    char* arguments[] = {tool.data(), command.data(), path.data(), name.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    pid_t writer = -1;
    EXPECT_EQ(posix_spawn(&writer, tool.c_str(), &actions, nullptr, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    return writer;
  }

  static std::string read_some(int input, std::size_t bytes) {
    std::string output;
    char buffer[4096];
    while (output.size() < bytes) {
      const ssize_t count = ::read(input, buffer, sizeof buffer);
      if (count <= 0) break;
      output.append(buffer, static_cast<std::size_t>(count));
    }
    return output;
  }

  static std::vector<std::string> whole_lines(const std::string& output) {
    std::vector<std::string> lines;
    std::istringstream stream(output);
    for (std::string line; std::getline(stream, line) && !stream.eof();) lines.push_back(line);
    return lines;
  }
};

TEST_F(Killed, WhatWasAcknowledgedIsThere) {
  constexpr int kRounds = 12;
  std::vector<std::string> acknowledged;
  for (int round = 0; round < kRounds; ++round) {
    // From the first acknowledgement to thousands, so that some die in or after a checkpoint.
    const std::size_t bytes = std::size_t{1} << (round + 4);
    const std::vector<std::string> lines = write_until_killed(std::to_string(round), bytes);
    EXPECT_FALSE(lines.empty());
    expect_stored(lines);
    acknowledged.insert(acknowledged.end(), lines.begin(), lines.end());
  }
  expect_stored(acknowledged);
}

// A file system of a few megabytes under the database.
class FullDisk : public SqliteTest {
 protected:
  bool mount_disk() {
    mounted_ = mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=2m,mode=0700") == 0;
    return mounted_;
  }
  void enlarge_disk() {
    ASSERT_EQ(mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT, "size=32m,mode=0700"), 0) << std::strerror(errno);
  }
  ~FullDisk() override {
    database_.reset();
    if (mounted_) umount2(folder_.c_str(), MNT_DETACH);
  }

  void store(const std::string& name) {
    const std::string value(50'000, 'x');
    write([&](Transaction& transaction) { set_setting(transaction, name, value); });
  }
  // How many were stored before the disk was full: where two in a row find no room, as the log may be written back
  // after the first. Each name sorts after the ones before, so that each takes the same room.
  int fill_disk() {
    int count = 0;
    for (int failures = 0; failures < 2;) {
      try {
        store("a" + std::to_string(1000 + count));
        ++count;
        failures = 0;
      } catch (const core::DatabaseFull&) {
        ++failures;
      }
    }
    return count;
  }
  std::int64_t stored() {
    return read([](View& view) {
      expect_sound(view);
      return connection_of(view).number("SELECT count(*) FROM settings");
    });
  }

 private:
  bool mounted_ = false;
};

TEST_F(FullDisk, IsAnErrorThatChangesNothingAndPasses) {
  if (!mount_disk()) GTEST_SKIP() << "mounting is not permitted here: " << std::strerror(errno);
  const int count = fill_disk();
  ASSERT_GT(count, 0);
  EXPECT_EQ(stored(), count);
  EXPECT_THROW(store("another"), core::DatabaseFull);
  EXPECT_EQ(stored(), count);
  enlarge_disk();
  store("another");
  EXPECT_EQ(stored(), count + 1);
  close();
  EXPECT_EQ(stored(), count + 1);
}

TEST_F(FullDisk, LeavesADatabaseThatOpensAgain) {
  if (!mount_disk()) GTEST_SKIP() << "mounting is not permitted here: " << std::strerror(errno);
  const int count = fill_disk();
  close();
  enlarge_disk();
  EXPECT_EQ(stored(), count);
}

// The same without a mount. SQLite may end the transaction of the whole group; each of it must be told the truth.
TEST_F(FullDisk, TellsEachOfAGroupWhetherItWasStored) {
  write([](Transaction& transaction) { connection_of(transaction).number("PRAGMA max_page_count = 80"); });
  hold_writer();
  std::map<std::string, bool> told;
  for (const auto& [name, size] : {std::pair("before", 10), std::pair("large", 1'000'000), std::pair("after", 10)}) {
    const std::function<void(Transaction&)> job = setting_job(name, std::string(static_cast<std::size_t>(size), 'x'));
    asio::co_spawn(loop_, database().write(job), [&told, name](std::exception_ptr error) { told[name] = !error; });
  }
  loop_.restart();
  loop_.poll();
  release_writer();
  loop_.run();
  EXPECT_FALSE(told.at("large"));
  for (const auto& [name, is_stored] : told) EXPECT_EQ(setting(name).has_value(), is_stored) << name;
  write(setting_job("later"));
  EXPECT_TRUE(setting("later"));
}

}  // namespace
}  // namespace holdfast::store
