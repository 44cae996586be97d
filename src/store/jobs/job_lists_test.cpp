#include <gmock/gmock.h>

#include "reports/sample_rows.hpp"
#include "store/jobs/jobs.hpp"

namespace holdfast::store {
namespace {

using core::JobState;
using testing::ElementsAre;

class JobLists : public SampleTest {
 protected:
  core::JobId add(const Ground& ground, std::int64_t seconds, JobState state) {
    core::Job job = make_job(ground, seconds);
    job.state = state;
    job.finished_at = at(seconds + 1);
    job.result = make_result(state);
    write([&](Transaction& transaction) { add_job(transaction, job); });
    return job.id;
  }
  std::vector<core::JobId> list(const core::JobFilter& filter) {
    std::vector<core::JobId> ids;
    for (const core::Job& job : read([&](View& view) { return list_jobs(view, filter); })) ids.push_back(job.id);
    return ids;
  }
  std::size_t count(const core::JobFilter& filter) {
    return read([&](View& view) { return count_jobs(view, filter); });
  }
};

TEST_F(JobLists, AreCountedUpToALimit) {
  const Ground ground = add_ground("web1");
  for (const auto seconds : {10, 20, 30}) add(ground, seconds, JobState::Succeeded);
  add(ground, 40, JobState::Failed);
  core::JobFilter filter;
  EXPECT_EQ(count(filter), 4u);
  filter.limit = 2;
  EXPECT_EQ(count(filter), 2u);
  filter.limit = 50;
  filter.states = {JobState::Succeeded};
  EXPECT_EQ(count(filter), 3u);
  filter.states = {JobState::Succeeded, JobState::Failed};
  EXPECT_EQ(count(filter), 4u);
  filter.text = "WEB";
  EXPECT_EQ(count(filter), 4u);
  filter.text = "mysql";  // no id has an L
  EXPECT_EQ(count(filter), 0u);
}

TEST_F(JobLists, BeginAtAJobWhereTheyAreAskedTo) {
  const Ground ground = add_ground("web1");
  const auto first = add(ground, 10, JobState::Succeeded);
  const auto second = add(ground, 20, JobState::Failed);
  const auto third = add(ground, 30, JobState::Succeeded);
  core::JobFilter filter;
  filter.since = second;
  EXPECT_THAT(list(filter), ElementsAre(third, second));
  EXPECT_EQ(count(filter), 2u);
  filter.order = core::JobListOrder::OldestFirst;
  EXPECT_THAT(list(filter), ElementsAre(second, third));
  filter.skip = 1;
  EXPECT_THAT(list(filter), ElementsAre(third));
  filter.since.reset();
  filter.skip = 0;
  EXPECT_THAT(list(filter), ElementsAre(first, second, third));
}

TEST_F(JobLists, AreThoseOfOneRepository) {
  const Ground web = add_ground("web1");
  const Ground db = add_ground("db1");
  const auto own = add(web, 10, JobState::Succeeded);
  add(db, 20, JobState::Succeeded);
  core::JobFilter filter;
  filter.repository = web.repository;
  EXPECT_THAT(list(filter), ElementsAre(own));
}

TEST_F(JobLists, TellOfTheNewestGoodBackupOfARepository) {
  const Ground ground = add_ground("web1");
  const auto newest = [&] { return read([&](View& view) { return last_good_backup(view, ground.repository); }); };
  EXPECT_EQ(newest(), std::nullopt);
  add(ground, 10, JobState::Succeeded);
  add(ground, 20, JobState::Succeeded);
  for (const auto seconds : {30, 40}) add(ground, seconds, JobState::Failed);
  EXPECT_EQ(newest(), at(21));
}

}  // namespace
}  // namespace holdfast::store
