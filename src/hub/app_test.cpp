#include "hub/app.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <functional>
#include <ostream>
#include <sstream>
#include <string>

#include "http/client/client.hpp"
#include "runtime/files/files.hpp"
#include "runtime/secrets/crypto.hpp"
#include "temporary_directory.hpp"

namespace holdfast::hub {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

// Shows everything printed so far whenever a reader could see more of it.
class Watched : public std::stringbuf {
 public:
  explicit Watched(std::function<void(const std::string&)> look) : look_(std::move(look)) {}
  int sync() override {
    look_(str());
    return 0;
  }

 private:
  std::function<void(const std::string&)> look_;
};

class AppTest : public testing::Test {
 protected:
  AppTest() {
    runtime::start_crypto();
    options_.listen_address = "127.0.0.1";
    options_.listen_port = 0;
    options_.data_dir = folder_ / "data";
  }

  void run(const std::function<runtime::Task<>(App&)>& task) {
    App app(loop_, options_, "test");
    std::exception_ptr failure;
    runtime::asio::co_spawn(loop_, task(app), [&](std::exception_ptr error) { failure = std::move(error); });
    loop_.restart();
    loop_.run();
    if (failure) std::rethrow_exception(failure);
  }
  std::string setup_link() { return runtime::read_file(options_.data_dir / "setup-link").value_or(""); }

  tests::TemporaryDirectory folder_;
  runtime::Loop loop_{1};
  Options options_;
};

TEST_F(AppTest, WhoSeesThatItListensFindsTheSetUpLink) {
  std::string at_first;
  Watched buffer([&](const std::string& printed) {
    if (printed.contains("listening") && at_first.empty()) at_first = printed + setup_link();
  });
  std::ostream out(&buffer);
  run([&](App& app) -> runtime::Task<> {
    co_await app.start(out);
    co_await app.stop();
  });
  EXPECT_THAT(at_first, ContainsRegex("^Holdfast is listening on (.*)\nSet up: (.*)\n(.*)/setup.token=(.*)\n$"));
  EXPECT_THAT(at_first, HasSubstr("Set up: " + setup_link() + setup_link()));
}

TEST_F(AppTest, WhoIsToldThatItIsReadyFindsTheSetUpLink) {
  std::ostringstream out;
  std::string found;
  run([&](App& app) -> runtime::Task<> {
    const auto ask = [&]() -> runtime::Task<> {
      std::string url = "http://127.0.0.1:" + std::to_string(app.port()) + "/readyz";
      const auto answer = co_await http::fetch(loop_, "GET", std::move(url), {}, "");
      if (answer && answer->status == 200) found = setup_link();
    };
    runtime::TaskGroup asking(loop_);
    runtime::Signal asked(loop_);
    asking.spawn("readyz", [&]() -> runtime::Task<> {
      co_await ask();
      asked.notify_all();
    });
    co_await app.start(out);
    if (asking.size() > 0) co_await asked.wait();
    co_await asking.stop();
    co_await app.stop();
  });
  EXPECT_THAT(found, HasSubstr("/setup?token="));
}

TEST_F(AppTest, WithoutSignInThereIsNoSetUpLink) {
  options_.auth_disabled = true;
  runtime::make_private_directory(options_.data_dir);
  runtime::write_file_atomically(options_.data_dir / "setup-link", "of an earlier start");
  std::ostringstream out;
  run([&](App& app) -> runtime::Task<> {
    co_await app.start(out);
    co_await app.stop();
  });
  EXPECT_EQ(setup_link(), "");
  EXPECT_THAT(out.str(), testing::Not(HasSubstr("Set up")));
}

}  // namespace
}  // namespace holdfast::hub
