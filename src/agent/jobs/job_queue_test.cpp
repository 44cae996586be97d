#include "jobs/job_queue.hpp"

#include <gtest/gtest.h>

#include "test_support.hpp"

namespace holdfast::agent {
namespace {

using test::job_id;
using test::kOtherRepository;
using test::kRepository;

TEST(JobQueue, LetsOneJobPerRepositoryRun) {
  JobQueue queue;
  EXPECT_FALSE(queue.add(job_id(1), kRepository));
  EXPECT_TRUE(queue.add(job_id(2), kRepository));
  EXPECT_FALSE(queue.add(job_id(3), kOtherRepository));
  EXPECT_FALSE(queue.waits(job_id(1)));
  EXPECT_TRUE(queue.waits(job_id(2)));
  EXPECT_FALSE(queue.waits(job_id(3)));
}

TEST(JobQueue, LetsJobsRunInTheOrderOfTheirArrival) {
  JobQueue queue;
  for (const int job : {5, 3, 4}) queue.add(job_id(job), kRepository);
  EXPECT_EQ(queue.remove(job_id(5)), job_id(3));
  EXPECT_EQ(queue.remove(job_id(3)), job_id(4));
  EXPECT_EQ(queue.remove(job_id(4)), std::nullopt);
}

TEST(JobQueue, StartsNobodyWhenOneThatWaitedLeaves) {
  JobQueue queue;
  for (const int job : {1, 2, 3}) queue.add(job_id(job), kRepository);
  EXPECT_EQ(queue.remove(job_id(2)), std::nullopt);
  EXPECT_EQ(queue.remove(job_id(1)), job_id(3));
}

TEST(JobQueue, DoesNotKnowAJobThatHasLeft) {
  JobQueue queue;
  EXPECT_FALSE(queue.waits(job_id(1)));
  EXPECT_EQ(queue.remove(job_id(1)), std::nullopt);
}

}  // namespace
}  // namespace holdfast::agent
