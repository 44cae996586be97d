#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "fleet_world.hpp"
#include "new_id.hpp"
#include "store/jobs/jobs.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using core::JobState;

struct ListPages : testing::Test {
  // So many jobs that failed, oldest first.
  std::vector<std::string> add_jobs(const core::HostId& host, std::size_t count) {
    const auto sample = world.run(world.jobs.start(host, {}, world.admin)).value();
    std::vector<std::string> ids;
    const auto add = [&](store::Transaction& tx) {
      for (std::size_t i = 0; i < count; ++i) {
        auto job = sample;
        job.created_at = world.clock.now() + std::chrono::seconds(i);
        job.id = new_id<core::JobId>(job.created_at);
        job.state = JobState::Failed;
        store::add_job(tx, job);
        ids.push_back(job.id.text());
      }
      return true;
    };
    world.run(world.database.write(add));
    return ids;
  }
  JobListPage page(const std::string& after, std::size_t limit, std::size_t counted = kCountedJobs) {
    core::JobFilter filter;
    filter.states = {JobState::Failed};
    filter.before = core::JobId::parse(after);
    filter.limit = limit;
    return world.run(world.jobs.page(filter, counted));
  }
  World world;
};

TEST_F(ListPages, OfJobsKnowWhereTheyLie) {
  const auto ids = add_jobs(world.ready_host(), 7);
  const auto first = page("", 3);
  EXPECT_EQ(first.before, 0u);
  EXPECT_EQ(first.total, 7u);
  EXPECT_EQ(first.jobs.size(), 3u);
  EXPECT_FALSE(first.more);
  EXPECT_EQ(first.next, ids[4]);
  EXPECT_EQ(first.last, ids[1]);
  const auto second = page(first.next, 3);
  EXPECT_EQ(second.before, 3u);
  EXPECT_EQ(second.total, 7u);
  EXPECT_EQ(second.previous, "");
  EXPECT_EQ(second.next, ids[1]);
  const auto last = page(second.next, 3);
  EXPECT_EQ(last.before, 6u);
  ASSERT_EQ(last.jobs.size(), 1u);
  EXPECT_EQ(last.jobs[0].id.text(), ids[0]);
  EXPECT_EQ(last.previous, first.next);
  EXPECT_EQ(last.next, "");
  EXPECT_EQ(last.last, "");
}

TEST_F(ListPages, OfJobsThatFillTheirLastPageHaveNoEmptyOneBehind) {
  const auto ids = add_jobs(world.ready_host(), 6);
  const auto first = page("", 3);
  EXPECT_EQ(first.last, ids[3]);
  EXPECT_EQ(page(first.next, 3).next, "");
}

TEST_F(ListPages, OfJobsCountNoFurtherThanIsWorthIt) {
  add_jobs(world.ready_host(), 9);
  const auto first = page("", 2, 4);
  EXPECT_TRUE(first.more);
  EXPECT_EQ(first.total, 6u) << "two here, and four of those behind";
  EXPECT_EQ(first.last, "") << "nobody knows where that is";
  EXPECT_FALSE(page("", 2, 7).more);
}

TEST_F(ListPages, BehindTheOldestJobAreEmptyAndLeadBack) {
  const auto ids = add_jobs(world.ready_host(), 4);
  const auto behind = page(ids[0], 3);
  EXPECT_TRUE(behind.jobs.empty());
  EXPECT_EQ(behind.before, 4u);
  EXPECT_EQ(behind.total, 4u);
  EXPECT_EQ(behind.previous, ids[3]);
}

TEST_F(ListPages, OfRepositoriesAreByNameAndKnowTheirNewestJob) {
  const auto host = world.ready_host("web");
  add_jobs(host, 3);
  std::vector<std::string> ids;
  for (const auto* const name : {"a", "b", "c", "d"}) ids.push_back(world.add_repository(name).text());
  const auto first = world.run(world.repositories.page("", 2));
  EXPECT_EQ(first.total, 5u);
  EXPECT_EQ(first.next, ids[1]);
  EXPECT_EQ(first.last, ids[3]);
  const auto second = world.run(world.repositories.page(first.next, 2));
  EXPECT_EQ(second.before, 2u);
  EXPECT_EQ(second.previous, "");
  const auto last = world.run(world.repositories.page(second.next, 2));
  EXPECT_EQ(last.previous, ids[1]);
  EXPECT_EQ(last.next, "");
  ASSERT_EQ(last.rows.size(), 1u);
  EXPECT_EQ(last.rows[0].repository.name, "repo of web");
  EXPECT_EQ(last.rows[0].hosts, 1u);
  ASSERT_TRUE(last.rows[0].newest);
  EXPECT_EQ(last.rows[0].newest->state, JobState::Failed);
  EXPECT_TRUE(last.rows[0].repository.sealed_password.empty());
  EXPECT_EQ(world.run(world.repositories.page("gone", 2)).before, 0u);
  EXPECT_EQ(world.run(world.repositories.page(last.rows[0].repository.id.text(), 2)).rows.size(), 2u);
}

}  // namespace
}  // namespace holdfast::fleet
