#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include "hub/app.hpp"
#include "runtime/files/files.hpp"
#include "runtime/secrets/crypto.hpp"
#include "temporary_directory.hpp"

// Whatever becomes of the hub's files, it starts or says why it cannot: it neither hangs nor crashes.
namespace holdfast::hub {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, std::string_view text) {
  runtime::write_file_atomically(path, text, runtime::Durability::Survives_crash);
}

class DamageTest : public testing::Test {
 protected:
  DamageTest() {
    runtime::start_crypto();
    options_.listen_address = "127.0.0.1";
    options_.listen_port = 0;
    options_.data_dir = folder_ / "data";
    EXPECT_EQ(start(), "");
    fs::copy(options_.data_dir, folder_ / "sound", fs::copy_options::recursive);
  }

  // Starts and stops the hub. What it says when it cannot.
  std::string start() {
    try {
      App app(loop_, options_, "test");
      std::exception_ptr failure;
      const auto whole = [&]() -> runtime::Task<> {
        co_await app.start(out_);
        co_await app.stop();
      };
      runtime::asio::co_spawn(loop_, whole, [&](std::exception_ptr error) { failure = std::move(error); });
      loop_.restart();
      loop_.run();
      if (failure) std::rethrow_exception(failure);
      return "";
    } catch (const std::exception& error) {
      return error.what();
    }
  }

  // What a hub says that starts with `file` as `apply` left it.
  std::string start_with(const std::string& file, const std::function<void(const fs::path&)>& apply) {
    fs::remove_all(options_.data_dir);
    fs::copy(folder_ / "sound", options_.data_dir, fs::copy_options::recursive);
    apply(options_.data_dir / file);
    return start();
  }

  std::string sound(const std::string& file) { return runtime::read_file(folder_ / "sound" / file).value(); }

  tests::TemporaryDirectory folder_;
  runtime::Loop loop_{1};
  Options options_;
  std::ostringstream out_;
};

TEST_F(DamageTest, AKeyCutAtAnyLengthIsRefused) {
  const std::string key = sound("secret.key");
  for (std::size_t length = 0; length + 1 < key.size(); ++length) {
    const auto said = start_with("secret.key", [&](const fs::path& file) { write(file, key.substr(0, length)); });
    EXPECT_THAT(said, testing::HasSubstr("secret.key")) << length;
  }
}

TEST_F(DamageTest, AKeyWithAnyByteFlippedIsTakenOrRefused) {
  const std::string key = sound("secret.key");
  for (std::size_t place = 0; place < key.size(); ++place) {
    std::string flipped = key;
    flipped[place] = static_cast<char>(flipped[place] ^ (1 << place % 8));
    start_with("secret.key", [&](const fs::path& file) { write(file, flipped); });
  }
}

TEST_F(DamageTest, ADatabaseWithABrokenHeaderIsTakenOrRefused) {
  const std::string database = sound("holdfast.db");
  for (std::size_t place = 0; place < 100; ++place) {
    std::string flipped = database;
    flipped[place] = static_cast<char>(flipped[place] ^ (1 << place % 8));
    start_with("holdfast.db", [&](const fs::path& file) { write(file, flipped); });
  }
}

TEST_F(DamageTest, ADatabaseCutInPiecesIsTakenOrRefused) {
  const std::string database = sound("holdfast.db");
  for (std::size_t length = 1; length < database.size(); length += database.size() / 50 + 1) {
    start_with("holdfast.db", [&](const fs::path& file) { write(file, database.substr(0, length)); });
  }
}

TEST_F(DamageTest, FilesThatAreFoldersAreNamed) {
  for (const char* name : {"secret.key", "holdfast.db", "hub.lock", "setup-link"}) {
    const auto said = start_with(name, [](const fs::path& file) {
      fs::remove(file);
      fs::create_directories(file / "x");
    });
    EXPECT_THAT(said, testing::HasSubstr(name));
  }
}

TEST_F(DamageTest, ForeignFilesDoNoHarm) {
  const auto said = start_with("x", [](const fs::path& file) {
    write(file, "foreign");
    fs::create_directories(file.parent_path() / ".hidden" / "x");
    write(file.parent_path() / ".setup-link.abcdef", "half");
  });
  EXPECT_EQ(said, "");
}

// Reading it never fails but with a sentence.
TEST(DamagedConfiguration, IsReadOrRefusedWithASentence) {
  const tests::TemporaryDirectory folder;
  const std::string sound =
      "server:\n  listen: 127.0.0.1:8080\n  data_dir: /srv/holdfast\n  trusted_proxies:\n    - 10.0.0.0/8\n"
      "retention:\n  max_days: 90\n  timezone: Europe/Budapest\nalerting:\n  stale_threshold: \"30m\"\nlog:\n  level: "
      "info\n";
  const fs::path file = folder / "hub.yaml";
  const auto read = [&](const std::string& text) {
    write(file, text);
    const auto options = read_options(file, {});
    EXPECT_TRUE(options || !options.error().empty()) << text;
  };
  for (std::size_t place = 0; place < sound.size(); ++place) {
    read(sound.substr(0, place));
    std::string flipped = sound;
    flipped[place] = static_cast<char>(flipped[place] ^ (1 << place % 8));
    read(flipped);
  }
  fs::remove(file);
  fs::create_directory(file);
  EXPECT_FALSE(read_options(file, {}));
}

}  // namespace
}  // namespace holdfast::hub
