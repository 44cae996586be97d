#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "core/ids.hpp"
#include "runtime/secrets/crypto.hpp"
#include "sqlite/open_store.hpp"
#include "store/accounts/accounts.hpp"
#include "store/sqlite/database.hpp"
#include "text/ulid.hpp"

// What the tests of this module share: a folder of their own with a real database in it.
namespace holdfast::store {

namespace asio = runtime::asio;

inline core::Time at(std::int64_t seconds) {
  return core::Time(core::seconds(seconds));
}

// A ULID whose time is `seconds`, so that greater numbers are newer.
template <class Id>
Id make_id(std::int64_t seconds) {
  return Id(text::make_ulid(at(seconds), runtime::random_ulid_entropy()));
}

inline std::function<void(Transaction&)> setting_job(std::string name, std::string value = "yes") {
  return [name, value](Transaction& transaction) { set_setting(transaction, name, value); };
}

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() {
    runtime::start_crypto();
    std::string name = std::filesystem::temp_directory_path() / "store-test-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~DatabaseTest() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  Database& database() {
    if (!database_) database_ = open_store(loop_, folder_);
    return *database_;
  }
  void close() { database_.reset(); }

  // Runs the loop until `task` has ended; what it throws comes here.
  void run(Task<> task) { runtime::run_to_end(loop_, std::move(task)); }

  // One transaction, or one snapshot, of its own.
  template <class Work>
  auto write(Work work) {
    using T = std::invoke_result_t<Work, Transaction&>;
    const std::function<T(Transaction&)> job = work;
    if constexpr (std::is_void_v<T>) {
      run(database().write(job));
    } else {
      std::optional<T> result;
      run(runtime::keep_result(database().write<T>(job), result));
      return *result;
    }
  }
  template <class Work>
  auto read(Work work) {
    using T = std::invoke_result_t<Work, View&>;
    const std::function<T(View&)> job = work;
    std::optional<T> result;
    run(runtime::keep_result(database().read<T>(job), result));
    return *result;
  }

  // The writer works on this until `release_writer`, so that what comes after it waits together.
  void hold_writer() {
    const std::function<void(Transaction&)> wait = [this](Transaction&) {
      held_.set_value();
      released_.get_future().wait();
    };
    asio::co_spawn(loop_, database().write(wait), asio::detached);
    loop_.restart();
    loop_.poll();
    held_.get_future().wait();
  }
  void release_writer() { released_.set_value(); }

  std::optional<std::string> setting(const std::string& name) {
    return read([&](View& view) { return find_setting(view, name); });
  }

  runtime::Loop loop_;
  std::filesystem::path folder_;
  std::unique_ptr<Database> database_;

 private:
  std::promise<void> held_;
  std::promise<void> released_;
};

}  // namespace holdfast::store
