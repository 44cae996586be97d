#include "job_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_support.hpp"

namespace holdfast::agent {
namespace {

using test::job_id;
using test::kOtherRepository;
using test::kRepository;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(JobQueue, LetsOneJobPerRepositoryRun) {
  JobQueue queue;
  EXPECT_EQ(queue.add(job_id(1), kRepository), std::nullopt);
  EXPECT_EQ(queue.add(job_id(2), kRepository), job_id(1));
  EXPECT_EQ(queue.add(job_id(3), kOtherRepository), std::nullopt);
  EXPECT_FALSE(queue.waits(job_id(1)));
  EXPECT_TRUE(queue.waits(job_id(2)));
  EXPECT_FALSE(queue.waits(job_id(3)));
}

TEST(JobQueue, LetsJobsRunInTheOrderOfTheirArrival) {
  JobQueue queue;
  for (const int job : {5, 3, 4}) queue.add(job_id(job), kRepository);
  const auto first = queue.remove(job_id(5));
  EXPECT_EQ(first.starts, job_id(3));
  EXPECT_THAT(first.still_waiting, ElementsAre(job_id(4)));
  EXPECT_EQ(queue.remove(job_id(3)).starts, job_id(4));
  EXPECT_EQ(queue.remove(job_id(4)).starts, std::nullopt);
}

TEST(JobQueue, StartsNobodyWhenOneThatWaitedLeaves) {
  JobQueue queue;
  for (const int job : {1, 2, 3}) queue.add(job_id(job), kRepository);
  const auto next = queue.remove(job_id(2));
  EXPECT_EQ(next.starts, std::nullopt);
  EXPECT_THAT(next.still_waiting, IsEmpty());
  EXPECT_EQ(queue.remove(job_id(1)).starts, job_id(3));
}

TEST(JobQueue, DoesNotKnowAJobThatHasLeft) {
  JobQueue queue;
  EXPECT_FALSE(queue.waits(job_id(1)));
  EXPECT_EQ(queue.remove(job_id(1)).starts, std::nullopt);
}

}  // namespace
}  // namespace holdfast::agent
