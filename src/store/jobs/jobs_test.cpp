#include "store/jobs/jobs.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "reports/sample_rows.hpp"
#include "text/ascii.hpp"

namespace holdfast::store {
namespace {

using core::JobState;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

core::JobResult result_of(JobState state) {
  core::JobResult result;
  result.state = state;
  return result;
}

class Jobs : public SampleTest {
 protected:
  core::Job find(const core::JobId& id) {
    return read([&](View& view) { return find_job(view, id); }).value();
  }
  core::Job add_finished(const Ground& ground, std::int64_t seconds, JobState state) {
    core::Job job = make_job(ground, seconds);
    job.state = state;
    job.finished_at = at(seconds + 1);
    job.result = make_result(state);
    write([&](Transaction& transaction) { add_job(transaction, job); });
    return job;
  }
  std::vector<core::JobId> list(const core::JobFilter& filter) {
    std::vector<core::JobId> ids;
    for (const core::Job& job : read([&](View& view) { return list_jobs(view, filter); })) ids.push_back(job.id);
    return ids;
  }
  bool start(const core::JobId& id) {
    return write([&](Transaction& transaction) { return set_job_started(transaction, id, at(100)); });
  }
  bool finish(const core::JobId& id, const core::JobResult& result) {
    return write([&](Transaction& transaction) { return set_job_finished(transaction, id, result, at(200)); });
  }
  bool advance(const core::JobId& id, std::uint64_t expected, std::uint64_t sequence) {
    return write([&](Transaction& transaction) { return advance_sequence(transaction, id, expected, sequence); });
  }
};

TEST_F(Jobs, AreFoundAsTheyWereAdded) {
  core::Job job = make_job(add_ground("web1"), 10);
  std::get<core::BackupOrder>(job.order).initialise = true;
  job.started_at = at(11);
  job.finished_at = at(12);
  job.waiting_reason = "waits";
  job.cancel_requested_at = at(13);
  job.cancel_requested_by = "anna";
  job.last_sequence = 7;
  write([&](Transaction& transaction) { add_job(transaction, job); });
  const core::Job found = find(job.id);
  EXPECT_EQ(found.host, job.host);
  EXPECT_EQ(found.repository, job.repository);
  EXPECT_EQ(found.order, job.order);
  EXPECT_EQ(found.state, JobState::Queued);
  EXPECT_EQ(found.requested_by, "admin");
  EXPECT_EQ(found.created_at, at(10));
  EXPECT_EQ(found.started_at, at(11));
  EXPECT_EQ(found.finished_at, at(12));
  EXPECT_EQ(found.waiting_reason, "waits");
  EXPECT_EQ(found.cancel_requested_at, at(13));
  EXPECT_EQ(found.cancel_requested_by, "anna");
  EXPECT_EQ(found.last_sequence, 7u);
  EXPECT_EQ(found.progress, std::nullopt);
  EXPECT_EQ(found.result, std::nullopt);
  EXPECT_EQ(found.host_name, "web1");
  EXPECT_EQ(found.repository_name, "of web1");
  EXPECT_EQ(found.source_group_name, "system");
}

TEST_F(Jobs, ThatAreUnknownAreNotFound) {
  EXPECT_FALSE(read([](View& view) { return find_job(view, make_id<core::JobId>(1)); }));
  EXPECT_FALSE(start(make_id<core::JobId>(1)));
}

TEST_F(Jobs, OfAnUnknownHostAreAnError) {
  core::Job job = make_job({}, 10);
  EXPECT_THROW(write([&](Transaction& transaction) { add_job(transaction, job); }), core::DatabaseError);
}

TEST_F(Jobs, AreListedNewestFirstByTheirIds) {
  const Ground ground = add_ground("web1");
  const core::Job newest = add_job_on(ground, 30);
  const core::Job oldest = add_job_on(ground, 10);  // handed in late
  const core::Job middle = add_job_on(ground, 20);
  EXPECT_THAT(list({}), ElementsAre(newest.id, middle.id, oldest.id));
}

TEST_F(Jobs, AreListedPageByPage) {
  const Ground ground = add_ground("web1");
  const core::Job first = add_job_on(ground, 10);
  const core::Job second = add_job_on(ground, 20);
  const core::Job third = add_job_on(ground, 30);
  core::JobFilter filter;
  filter.limit = 2;
  EXPECT_THAT(list(filter), ElementsAre(third.id, second.id));
  filter.before = second.id;
  EXPECT_THAT(list(filter), ElementsAre(first.id));
  filter.before = first.id;
  EXPECT_THAT(list(filter), IsEmpty());
}

TEST_F(Jobs, AreListedByHostAndStates) {
  const Ground web = add_ground("web1");
  const Ground db = add_ground("db1");
  const core::Job failed = add_finished(web, 10, JobState::Failed);
  const core::Job partial = add_finished(web, 20, JobState::Partial);
  const core::Job queued = add_job_on(web, 30);
  const core::Job other = add_finished(db, 40, JobState::Failed);
  core::JobFilter filter;
  filter.host = web.host;
  EXPECT_THAT(list(filter), ElementsAre(queued.id, partial.id, failed.id));
  filter.states = {JobState::Failed, JobState::Partial};
  EXPECT_THAT(list(filter), ElementsAre(partial.id, failed.id));
  filter.states = {JobState::Queued};
  EXPECT_THAT(list(filter), ElementsAre(queued.id));
  filter.states = {JobState::Failed, JobState::Partial};
  filter.host.reset();
  EXPECT_THAT(list(filter), ElementsAre(other.id, partial.id, failed.id));
  filter.before = other.id;
  filter.states = {JobState::Failed};
  EXPECT_THAT(list(filter), ElementsAre(failed.id));
}

TEST_F(Jobs, AreFoundByHostSourceGroupOrId) {
  const Ground web = add_ground("Web1");
  const Ground db = add_ground("db1");
  const core::Job first = add_job_on(web, 10);
  const core::Job second = add_job_on(db, 20);
  core::JobFilter filter;
  filter.text = "wEB";
  EXPECT_THAT(list(filter), ElementsAre(first.id));
  filter.text = second.id.text().substr(16);
  EXPECT_THAT(list(filter), ElementsAre(second.id));
  filter.text = text::to_lower_ascii(second.id.text());
  EXPECT_THAT(list(filter), ElementsAre(second.id));
  filter.text = "%";
  EXPECT_THAT(list(filter), IsEmpty());
}

TEST_F(Jobs, ThatRunComeBeforeThoseThatWaitAndEachOldestFirst) {
  const Ground ground = add_ground("web1");
  const core::Job next = add_job_on(ground, 10);
  const core::Job last = add_job_on(ground, 30);
  core::Job running = make_job(ground, 20);
  running.state = JobState::Running;
  write([&](Transaction& transaction) { add_job(transaction, running); });
  core::JobFilter filter;
  filter.states = {JobState::Queued, JobState::Running};
  filter.order = core::JobListOrder::RunningFirst;
  EXPECT_THAT(list(filter), ElementsAre(running.id, next.id, last.id));
}

TEST_F(Jobs, ThatAreUnfinishedAreKnownOldestFirst) {
  const Ground web = add_ground("web1");
  const Ground db = add_ground("db1");
  add_finished(web, 10, JobState::Succeeded);
  const core::Job running = add_job_on(web, 20);
  const core::Job queued = add_job_on(web, 15);
  add_job_on(db, 5);
  start(running.id);
  const auto unfinished = read([&](View& view) { return unfinished_jobs(view, web.host); });
  EXPECT_THAT(unfinished, ElementsAre(Field(&core::Job::id, queued.id), Field(&core::Job::id, running.id)));
  EXPECT_EQ(read(count_unfinished_jobs), 3u);
}

TEST_F(Jobs, TellTheLastGoodBackup) {
  const Ground web = add_ground("web1");
  const auto last = [&] { return read([&](View& view) { return last_backup(view, web.host); }); };
  EXPECT_FALSE(last());
  add_finished(web, 20, JobState::Partial);
  const core::Job good = add_finished(web, 10, JobState::Succeeded);
  add_finished(web, 30, JobState::Failed);
  add_finished(add_ground("db1"), 40, JobState::Succeeded);
  EXPECT_EQ(last()->id, good.id);
}

TEST_F(Jobs, AreSummedUpForEachHost) {
  const Ground web = add_ground("web1");
  const Ground idle = add_ground("idle");
  add_finished(web, 20, JobState::Partial);
  add_finished(web, 10, JobState::Succeeded);
  add_finished(web, 30, JobState::Failed);
  add_job_on(web, 40);
  const auto all = read([](View& view) { return list_host_runs(view, 3); });
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].host, web.host);
  EXPECT_THAT(all[0].states, ElementsAre(JobState::Partial, JobState::Failed, JobState::Queued));
  EXPECT_EQ(all[0].last_success_at, at(11));
  EXPECT_EQ(all[1].host, idle.host);
  EXPECT_THAT(all[1].states, IsEmpty());
  EXPECT_EQ(all[1].last_success_at, std::nullopt);
}

TEST_F(Jobs, WaitThenRunThenEnd) {
  const core::Job job = add_sample_job(10);
  const core::JobProgress progress{
      .fraction = 0.25, .bytes_done = 1, .bytes_total = 4, .remaining = {}, .current_files = {"/a"}, .at = at(3)};
  core::JobResult result = result_of(JobState::Partial);
  result.exit_code = 3;
  EXPECT_TRUE(
      write([&](Transaction& transaction) { return set_job_waiting(transaction, job.id, "another one runs"); }));
  EXPECT_EQ(find(job.id).waiting_reason, "another one runs");
  EXPECT_TRUE(start(job.id));
  EXPECT_EQ(find(job.id).state, JobState::Running);
  EXPECT_EQ(find(job.id).started_at, at(100));
  EXPECT_EQ(find(job.id).waiting_reason, "");
  EXPECT_TRUE(write([&](Transaction& transaction) { return set_job_progress(transaction, job.id, progress); }));
  EXPECT_EQ(find(job.id).progress, progress);
  EXPECT_TRUE(finish(job.id, result));
  EXPECT_EQ(find(job.id).state, JobState::Partial);
  EXPECT_EQ(find(job.id).result, result);
  EXPECT_EQ(find(job.id).finished_at, at(200));
  EXPECT_EQ(find(job.id).last_sequence, 0u);
}

TEST_F(Jobs, RememberWhoAskedToCancelThem) {
  const core::Job job = add_sample_job(10);
  EXPECT_TRUE(
      write([&](Transaction& transaction) { return set_job_cancel_requested(transaction, job.id, at(9), "anna"); }));
  EXPECT_EQ(find(job.id).cancel_requested_at, at(9));
  EXPECT_EQ(find(job.id).cancel_requested_by, "anna");
  EXPECT_EQ(find(job.id).state, JobState::Queued);
}

TEST_F(Jobs, ThatHaveEndedStayAsTheyAre) {
  const core::Job job = add_sample_job(10);
  for (JobState state : {JobState::Succeeded, JobState::Partial, JobState::Failed, JobState::Cancelled}) {
    const core::Job ended = add_finished({job.host, job.repository, group_of(job)}, 20, state);
    EXPECT_FALSE(start(ended.id));
    EXPECT_FALSE(finish(ended.id, result_of(JobState::Failed)));
    write([&](Transaction& transaction) {
      EXPECT_FALSE(set_job_waiting(transaction, ended.id, "no"));
      EXPECT_FALSE(set_job_progress(transaction, ended.id, {}));
      EXPECT_FALSE(set_job_cancel_requested(transaction, ended.id, at(1), "anna"));
    });
    const core::Job found = find(ended.id);
    EXPECT_EQ(found.state, state);
    EXPECT_EQ(found.finished_at, at(21));
    EXPECT_EQ(found.result, ended.result);
    EXPECT_EQ(found.cancel_requested_at, std::nullopt);
  }
}

TEST_F(Jobs, AdvanceTheirSequenceFromWhereItIs) {
  const core::Job job = add_sample_job(10);
  EXPECT_TRUE(advance(job.id, 0, 5));
  EXPECT_FALSE(advance(job.id, 0, 6));
  EXPECT_TRUE(advance(job.id, 5, 6));
  EXPECT_EQ(find(job.id).last_sequence, 6u);
  finish(job.id, result_of(JobState::Failed));
  EXPECT_TRUE(advance(job.id, 6, 7));  // the last messages come with or after the end
}

TEST_F(Jobs, OneThatIsDamagedHidesNoOther) {
  const Ground ground = add_ground("web1");
  const core::Job damaged = add_job_on(ground, 10);
  const core::Job unknown = add_job_on(ground, 11);
  const core::Job fine = add_job_on(ground, 12);
  write([&](Transaction& transaction) {
    execute(transaction, "UPDATE jobs SET progress = '{\"fraction\":' WHERE uid = ?", damaged.id);
    execute(transaction, "UPDATE jobs SET operation = 'teleport' WHERE uid = ?", unknown.id);
  });
  const auto ids = [](const std::vector<core::Job>& jobs) {
    std::vector<core::JobId> found;
    for (const core::Job& job : jobs) found.push_back(job.id);
    return found;
  };
  EXPECT_THAT(ids(read([](View& view) { return list_jobs(view, {}); })), ElementsAre(fine.id));
  EXPECT_THAT(ids(read([&](View& view) { return unfinished_jobs(view, ground.host); })), ElementsAre(fine.id));
  EXPECT_FALSE(read([&](View& view) { return find_job(view, damaged.id); }));
}

class JobLog : public Jobs {
 protected:
  void append(const core::JobId& id, const std::vector<core::LogLine>& lines) {
    write([&](Transaction& transaction) { append_log(transaction, id, lines); });
  }
  std::vector<core::LogLine> after(const core::JobId& id, std::uint64_t sequence, std::size_t limit = 100) {
    return read([&](View& view) { return read_log(view, id, sequence, limit); });
  }
  std::vector<core::LogLine> tail(const core::JobId& id, std::size_t limit) {
    return read([&](View& view) { return read_log_tail(view, id, limit); });
  }
  static core::LogLine line(std::uint64_t sequence) {
    return {sequence, at(static_cast<std::int64_t>(sequence)), core::LogLevel::Info,
            "line " + std::to_string(sequence)};
  }
};

TEST_F(JobLog, IsRemovedWithItsHostInSteps) {
  const core::Job job = add_sample_job(10);
  const core::Job sibling = add_job_on({job.host, job.repository, group_of(job)}, 11);
  const core::Job other = add_job_on(add_ground("web2"), 12);
  for (const core::Job& of : {job, sibling, other}) append(of.id, {line(1), line(2), line(3)});
  const auto remove = [&] {
    return write([&](Transaction& transaction) { return remove_jobs_of(transaction, job.host, 5); });
  };
  EXPECT_EQ(remove(), 5u) << "a job with its three lines, and one line of the next";
  EXPECT_EQ(remove(), 3u);
  EXPECT_EQ(remove(), 0u);
  EXPECT_FALSE(read([&](View& view) { return find_job(view, sibling.id); }));
  EXPECT_TRUE(read([&](View& view) { return find_job(view, other.id); }));
  EXPECT_TRUE(after(job.id, 0).empty());
  EXPECT_EQ(after(other.id, 0).size(), 3u);
}

TEST_F(JobLog, KeepsItsFirstAndLastLinesAndSaysHowManyAreLeftOut) {
  const core::Job job = add_sample_job(10);
  const std::size_t each = line(10).text.size() + 16;
  const core::LogLimit limit{3 * each, 8 * each};
  std::uint64_t sequence = 9;
  const auto append_one = [&] {
    append(job.id, {line(++sequence)});
    write([&](Transaction& transaction) { trim_log(transaction, job.id, limit); });
  };
  while (sequence < 20) append_one();
  EXPECT_EQ(after(job.id, 0).size(), 11u) << "it is within its limit";
  while (sequence < 60) append_one();
  const auto lines = after(job.id, 0);
  EXPECT_THAT(std::vector(lines.begin(), lines.begin() + 3), ElementsAre(line(10), line(11), line(12)));
  EXPECT_EQ(lines.back(), line(60));
  EXPECT_LE(lines.size(), 12u);
  EXPECT_GE(lines.size(), 9u);
  EXPECT_EQ(lines[3].sequence, 13u);
  EXPECT_EQ(lines[3].level, core::LogLevel::Warning);
  const auto left_out = 51 - (lines.size() - 1);
  EXPECT_THAT(lines[3].text, testing::HasSubstr(std::to_string(left_out) + " lines left out"));
  EXPECT_EQ(lines[4].sequence, 60 - (lines.size() - 5)) << "the last ones are without a gap";
}

TEST_F(JobLog, OfOneLongMessageIsTrimmedToo) {
  const core::Job job = add_sample_job(10);
  std::vector<core::LogLine> many;
  for (std::uint64_t sequence = 1; sequence <= 5000; ++sequence) many.push_back(line(sequence));
  append(job.id, {many.begin(), many.begin() + 10});
  const core::LogLimit limit{100, 2000};
  write([&](Transaction& transaction) { trim_log(transaction, job.id, limit); });
  append(job.id, {many.begin() + 10, many.end()});
  write([&](Transaction& transaction) { trim_log(transaction, job.id, limit); });
  EXPECT_LT(after(job.id, 0, 10'000).size(), 120u);
  EXPECT_EQ(tail(job.id, 1).front(), many.back());
}

TEST_F(JobLog, OfAnOldJobIsRemovedInStepsAndThatIsSaid) {
  const core::Job old = add_sample_job(10);
  const core::Job running = add_job_on({old.host, old.repository, group_of(old)}, 11);
  for (const core::Job& of : {old, running}) append(of.id, {line(2), line(3), line(4)});
  core::JobResult failed;
  failed.state = core::JobState::Failed;
  write([&](Transaction& transaction) { return set_job_finished(transaction, old.id, failed, at(20)); });
  const auto remove = [&](core::Time before) {
    return write([&](Transaction& transaction) { return remove_logs_before(transaction, before, 2); });
  };
  EXPECT_EQ(remove(at(20)), 0u);
  while (remove(at(21)) > 0) {
  }
  ASSERT_EQ(after(old.id, 0).size(), 1u);
  EXPECT_THAT(after(old.id, 0).front().text, testing::HasSubstr("removed"));
  EXPECT_EQ(after(running.id, 0).size(), 3u);
}

TEST_F(JobLog, JobsThatAreOldAreRemovedButNotTheNewestOfTheirHost) {
  const core::Job first = add_sample_job(10);
  const Ground ground{first.host, first.repository, group_of(first)};
  const core::Job second = add_job_on(ground, 11);
  const core::Job third = add_job_on(ground, 12);
  const core::Job lonely = add_job_on(add_ground("web2"), 10);
  core::JobResult failed;
  failed.state = core::JobState::Failed;
  for (const core::Job& job : {first, second, third, lonely})
    write([&](Transaction& transaction) { return set_job_finished(transaction, job.id, failed, at(20)); });
  const auto remove = [&](core::Time before) {
    return write([&](Transaction& transaction) { return remove_jobs_before(transaction, before, 1, 1); });
  };
  EXPECT_EQ(remove(at(20)), 0u);
  EXPECT_EQ(remove(at(21)), 1u);
  EXPECT_EQ(remove(at(21)), 1u);
  EXPECT_EQ(remove(at(21)), 0u);
  const auto is_there = [&](const core::Job& job) {
    return read([&](View& view) { return find_job(view, job.id); }).has_value();
  };
  EXPECT_FALSE(is_there(first));
  EXPECT_FALSE(is_there(second));
  EXPECT_TRUE(is_there(third));
  EXPECT_TRUE(is_there(lonely));
}

TEST_F(JobLog, IsReadInOrderFromAnyPoint) {
  const core::Job job = add_sample_job(10);
  const core::Job other = add_job_on({job.host, job.repository, group_of(job)}, 11);
  append(job.id, {line(3), line(1)});
  append(other.id, {line(2)});
  append(job.id, {line(7)});
  EXPECT_THAT(after(job.id, 0), ElementsAre(line(1), line(3), line(7)));
  EXPECT_THAT(after(job.id, 1), ElementsAre(line(3), line(7)));
  EXPECT_THAT(after(job.id, 0, 2), ElementsAre(line(1), line(3)));
  EXPECT_THAT(after(job.id, std::numeric_limits<std::uint64_t>::max()), IsEmpty());
  EXPECT_THAT(tail(job.id, 2), ElementsAre(line(3), line(7)));
  EXPECT_EQ(read([&](View& view) { return count_log(view, job.id); }), 3u);
}

TEST_F(JobLog, KeepsLevelsAndAnyText) {
  const core::Job job = add_sample_job(10);
  const std::vector<core::LogLine> lines{{1, at(1), core::LogLevel::Info, ""},
                                         {2, at(2), core::LogLevel::Warning, std::string("a\0b\n'\"", 6)},
                                         {3, at(3), core::LogLevel::Error, "ő\xff"}};
  append(job.id, lines);
  EXPECT_EQ(after(job.id, 0), lines);
}

TEST_F(JobLog, StoresALineThatComesTwiceOnce) {
  const core::Job job = add_sample_job(10);
  append(job.id, {line(1), line(2)});
  append(job.id, {line(2), line(3)});
  EXPECT_THAT(after(job.id, 0), ElementsAre(line(1), line(2), line(3)));
}

TEST_F(JobLog, OfAnUnknownJobIsAnError) {
  add_sample_job(10);
  EXPECT_THROW(append(make_id<core::JobId>(1), {line(1)}), core::DatabaseError);
  EXPECT_THAT(after(make_id<core::JobId>(1), 0), IsEmpty());
}

}  // namespace
}  // namespace holdfast::store
