#include "sqlite/codec.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "store/sqlite/database.hpp"
#include "text/time.hpp"

namespace holdfast::store {
namespace {

template <class T>
std::optional<T> maybe(rc::Gen<T> gen) {
  return *rc::gen::arbitrary<bool>() ? std::optional<T>(*gen) : std::nullopt;
}

// Whatever is stored is UTF-8 by then; ASCII includes what JSON escapes.
std::string any_text() {
  return *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
}
std::vector<std::string> any_texts() {
  return *rc::gen::container<std::vector<std::string>>(rc::gen::exec(any_text));
}
std::uint64_t any_count() {
  return *rc::gen::arbitrary<std::uint64_t>();
}
double any_double() {
  return *rc::gen::arbitrary<std::int32_t>() / 1024.0;
}

// The JSON parser may miss the last digit of a fraction; nothing depends on it.
void expect_near(double& read, double written) {
  RC_ASSERT(std::abs(read - written) <= 1e-12 * std::abs(written));
  read = written;
}

core::BackupSummary any_summary() {
  return {any_text(), any_count(), any_count(), any_count(), any_count(), any_count(), any_count(), any_double()};
}

core::JobFailure any_failure() {
  return {any_text(), any_text(), any_text(), any_text()};
}

RC_GTEST_PROP(Codec, ReadsTheSourcesThatItWrote, ()) {
  const core::SourceSet sources{any_texts(), any_texts(), any_texts()};
  RC_ASSERT(sources_from_json(to_json(sources)) == sources);
}

RC_GTEST_PROP(Codec, ReadsTheProgressThatItWrote, ()) {
  core::JobProgress progress{
      any_double(), any_count(),
      any_count(),  any_count(),
      any_count(),  any_count(),
      any_count(),  {},
      any_texts(),  text::into_range(core::Time(core::milliseconds(*rc::gen::arbitrary<std::int64_t>())))};
  const auto seconds = rc::gen::arbitrary<std::int64_t>();
  if (*rc::gen::arbitrary<bool>()) progress.remaining = core::seconds(*seconds);
  core::JobProgress read = progress_from_json(to_json(progress));
  expect_near(read.fraction, progress.fraction);
  RC_ASSERT(read == progress);
}

TEST(Codec, TakesAMemberOfAnotherKindForOneThatIsMissing) {
  const auto result = result_from_json(R"({"state":"succeeded","backup":{"summary":7},"exit_code":"x","failure":[]})");
  EXPECT_EQ(summary_of(result), nullptr) << "no backup is good because of damage";
  EXPECT_EQ(result.exit_code, std::nullopt);
  EXPECT_EQ(result.failure, std::nullopt);
  EXPECT_EQ(sources_from_json(R"({"paths":[7,"/srv"]})").paths, std::vector<std::string>{"/srv"});
}

RC_GTEST_PROP(Codec, ReadsTheResultThatItWrote, ()) {
  core::JobResult result;
  result.state = *rc::gen::element(core::JobState::Succeeded, core::JobState::Partial, core::JobState::Cancelled);
  result.outcome = core::BackupOutcome{maybe(rc::gen::exec(any_summary))};
  result.failure = maybe(rc::gen::exec(any_failure));
  result.exit_code = maybe(rc::gen::arbitrary<int>());
  result.restic_version = any_text();
  core::JobResult read = result_from_json(to_json(result));
  const auto* summary = summary_of(result);
  RC_ASSERT((summary_of(read) != nullptr) == (summary != nullptr));
  if (summary)
    expect_near(std::get<core::BackupOutcome>(read.outcome).summary->duration_seconds, summary->duration_seconds);
  RC_ASSERT(read == result);
}

TEST(Codec, PassesOverMembersThatItDoesNotKnow) {
  const core::SourceSet sources = sources_from_json(R"({"paths":["/etc"],"hooks":{"before":[1,2]},"retention":null})");
  EXPECT_EQ(sources, (core::SourceSet{{"/etc"}, {}, {}}));
}

TEST(Codec, TakesDefaultsForWhatIsMissing) {
  EXPECT_EQ(sources_from_json("{}"), core::SourceSet());
  EXPECT_EQ(progress_from_json("{}"), core::JobProgress());
  EXPECT_EQ(result_from_json("{}"), core::JobResult());
}

TEST(Codec, RefusesWhatIsNoJsonObject) {
  for (const char* text : {"", "{", "[]", "null", "{}{}"}) {
    EXPECT_THROW(sources_from_json(text), core::DatabaseError) << text;
    EXPECT_THROW(progress_from_json(text), core::DatabaseError) << text;
    EXPECT_THROW(result_from_json(text), core::DatabaseError) << text;
  }
}

TEST(Codec, KeepsTextThatIsNotAscii) {
  const core::SourceSet sources{{"/srv/árvíztűrő \"tükörfúrógép\"\n"}, {}, {}};
  EXPECT_EQ(sources_from_json(to_json(sources)), sources);
}

}  // namespace
}  // namespace holdfast::store
