#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "fixture.hpp"
#include "output/output_reader.hpp"
#include "runtime/files/files.hpp"

// What restic was seen to print in trouble (tests/data/field/restic), from its first line to the job's result.
namespace holdfast::restic {
namespace {

namespace json = boost::json;

const std::filesystem::path kFolder = std::filesystem::path(HOLDFAST_TEST_DATA) / "field" / "restic";

struct FieldCase {
  std::string name;  // "0.14/no_index"
  runtime::ExitStatus status;
  bool given_up = false;
  bool unexplained = false;
  std::string state;
  std::string code;  // empty: success
};

void PrintTo(const FieldCase& one, std::ostream* out) {
  *out << one.name;
}

std::string text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? std::string(std::string_view(value->as_string())) : std::string();
}

std::optional<int> number_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? std::optional(value->to_number<int>()) : std::nullopt;
}

FieldCase read_case(const json::object& object) {
  FieldCase one{.name = text_of(object, "case"),
                .status = {},
                .state = text_of(object, "state"),
                .code = text_of(object, "code")};
  one.status.code = number_of(object, "exit_code");
  one.status.signal = number_of(object, "signal");
  one.given_up = object.contains("given_up");
  one.unexplained = object.contains("unexplained");
  return one;
}

std::vector<FieldCase> all_cases() {
  std::vector<FieldCase> cases;
  const auto text = runtime::read_file(kFolder / "cases.json").value();
  for (const auto& one : json::parse(text).as_array()) cases.push_back(read_case(one.as_object()));
  return cases;
}

class Transcript : public testing::TestWithParam<FieldCase> {
 protected:
  void read(const std::string& ending, const std::function<runtime::Task<>(std::string_view)>& reader) {
    std::istringstream lines(runtime::read_file(kFolder / (GetParam().name + ending)).value_or(""));
    for (std::string line; std::getline(lines, line);) run(reader(line));
  }
  void run(runtime::Task<> task) {
    runtime::asio::co_spawn(loop_, std::move(task), [](const std::exception_ptr& failure) {
      if (failure) std::rethrow_exception(failure);
    });
    loop_.restart();
    loop_.run();
  }

  runtime::Loop loop_;
  runtime::SystemClock clock_;
  RecordingListener listener_;
  const Redactor redactor_{core::RepositoryAccess{}};
};

TEST_P(Transcript, BecomesTheResultThatItMeans) {
  Outcome outcome;
  outcome.status = GetParam().status;
  const std::vector<std::string> sources = {"/srv/field/src"};
  OutputReader reader(clock_, redactor_, listener_, sources, outcome, [](std::string_view) {});
  read(".out", [&](std::string_view line) { return reader.read_stdout(line); });
  read(".err", [&](std::string_view line) { return reader.read_stderr(line); });
  outcome.given_up = GetParam().given_up;
  const auto result = judge(outcome, {0, 14, 0}, redactor_);
  EXPECT_EQ(to_text(result.state), GetParam().state);
  EXPECT_EQ(result.failure ? result.failure->code : "", GetParam().code);
  EXPECT_EQ(!reader.unexplained().empty(), GetParam().unexplained);
  if (!result.failure) return;
  EXPECT_FALSE(result.failure->message.empty() || result.failure->next_step.empty());
  EXPECT_FALSE(result.failure->detail.contains(".go:") || result.failure->detail.contains(".s:"));
}

INSTANTIATE_TEST_SUITE_P(Field, Transcript, testing::ValuesIn(all_cases()));

}  // namespace
}  // namespace holdfast::restic
