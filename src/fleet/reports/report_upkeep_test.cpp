#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "fleet/reports/reports.hpp"
#include "fleet_world.hpp"
#include "report_sample.hpp"
#include "reports/report_text.hpp"
#include "store/reports/reports.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

struct ReportUpkeepTest : testing::Test {
  core::HostId report(std::string host) {
    const std::string document = ReportText{.host = std::move(host), .at = world.clock.now()};
    return world.run(world.reports.receive({{}, "key"}, document, "")).value().host;
  }
  // So many more, one a second.
  template <class Document>
  void add(const core::HostId& host, int count, Document document) {
    const auto fill = [&](store::Transaction& tx) {
      const store::Packer packer;
      for (int i = 0; i < count; ++i) {
        last_ += 1s;
        store::add_report(tx, {0, host, last_, last_, false, false, packer.pack(document())});
      }
    };
    world.run(world.database.write(fill));
  }
  std::size_t dictionaries_after_training() {
    world.run(world.upkeep.train());
    const auto look = [](store::View& view) { return store::list_dictionaries(view).size(); };
    return world.run(world.database.read(look));
  }

  World world;
  core::Time last_ = world.clock.now() - 24h;
};

TEST_F(ReportUpkeepTest, WhatIsHeldForARemovedHostIsForgotten) {
  const auto host = report("web-01");
  for (const std::string name : {"web-01", "web-02", "web-02"}) {
    world.clock.advance(1min);
    report(name);
  }
  EXPECT_EQ(world.packer->hosts_with_base().size(), 2u);
  world.run(world.hosts.remove(host, world.admin)).value();
  world.run(world.upkeep.train());
  EXPECT_EQ(world.packer->hosts_with_base().size(), 1u);
}

TEST_F(ReportUpkeepTest, TrainingThatWasOfNoUseIsTriedAgainWhenThereAreTwiceAsManyReports) {
  tests::SampleNumbers numbers(1);
  const auto host = world.enrol("web-01").host;
  add(host, 200, [&] { return numbers.hex(100); });
  EXPECT_EQ(dictionaries_after_training(), 0u);
  const auto sample = [&] { return tests::sample_report("acme", "web-01", last_, 1); };
  add(host, 199, sample);
  EXPECT_EQ(dictionaries_after_training(), 0u);
  add(host, 1, sample);
  EXPECT_EQ(dictionaries_after_training(), 1u);
}

// For the thread sanitizer: what they learn comes from readers' threads, and reports come meanwhile.
TEST_F(ReportUpkeepTest, TrainingsAndReportsAtOnceShareNothing) {
  tests::SampleNumbers numbers(1);
  const auto host = world.enrol("web-01").host;
  add(host, 400, [&] { return numbers.hex(100); });
  runtime::asio::co_spawn(world.loop, world.upkeep.train(), runtime::asio::detached);
  runtime::asio::co_spawn(world.loop, world.upkeep.train(), runtime::asio::detached);
  report("web-02");
  EXPECT_LE(dictionaries_after_training(), 2u);
}

}  // namespace
}  // namespace holdfast::fleet
