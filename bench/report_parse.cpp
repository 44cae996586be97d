// What reading a report costs, beside what simdjson and Boost.JSON take only to parse the same bytes. The absolute
// times depend on the machine; the table at the end has the ratios of one run.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <boost/json.hpp>
#include <map>
#include <string>
#include <vector>

#include "protocol/report/report.hpp"
#include "report_sample.hpp"

namespace {

using namespace holdfast;

constexpr std::size_t kDocumentSize = 4096;
constexpr std::size_t kDocuments = 64;  // more than one, so that branches are not learnt by heart

const core::Time kAt = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);

const std::vector<std::string>& documents() {
  static const std::vector<std::string> made = [] {
    std::vector<std::string> all;
    for (std::uint32_t i = 0; i < kDocuments; ++i)
      all.push_back(tests::sample_report("acme", "host-" + std::to_string(i), kAt + std::chrono::minutes(15 * i), i,
                                         kDocumentSize));
    return all;
  }();
  return made;
}

template <class Parse>
void measure(benchmark::State& state, Parse parse) {
  std::size_t next = 0;
  for (auto _ : state) {
    if (!parse(documents()[next++ % kDocuments])) state.SkipWithError("refused");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kDocumentSize));
}

void parse_report(benchmark::State& state) {
  measure(state, [](const std::string& text) { return protocol::parse_report(text).has_value(); });
}
void figures(benchmark::State& state) {
  const core::Report report = protocol::parse_report(documents().front()).value();
  for (auto _ : state) benchmark::DoNotOptimize(core::figures_of(report, kAt));
}
void encode_report(benchmark::State& state) {
  const core::Report report = protocol::parse_report(documents().front()).value();
  for (auto _ : state) benchmark::DoNotOptimize(protocol::encode_report(report));
}
void simdjson_dom(benchmark::State& state) {
  simdjson::dom::parser parser;
  measure(state, [&parser](const std::string& text) { return parser.parse(text).error() == simdjson::SUCCESS; });
}
void boost_json(benchmark::State& state) {
  measure(state, [](const std::string& text) {
    boost::json::error_code error;
    benchmark::DoNotOptimize(boost::json::parse(text, error));
    return !error;
  });
}

BENCHMARK(parse_report);
BENCHMARK(simdjson_dom);
BENCHMARK(boost_json);
BENCHMARK(figures);
BENCHMARK(encode_report);

// Keeps the median of each bench beside printing it.
class Medians : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.aggregate_name == "median") times_[run.run_name.function_name] = run.GetAdjustedCPUTime();
    }
  }
  void print_ratios() const {
    if (times_.size() < 5) return;  // a filter left some out
    fmt::print("\n| reading a report of {} bytes | time, as a share of it |\n|---|---|\n", kDocumentSize);
    for (const auto* other : {"simdjson_dom", "boost_json"})
      fmt::print("| {} alone ({:.0f} ns) | {:.2f} |\n", other, times_.at(other),
                 times_.at("parse_report") / times_.at(other));
  }

 private:
  std::map<std::string, double> times_;
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  std::string repetitions = "--benchmark_repetitions=9", aggregates = "--benchmark_report_aggregates_only=true",
              interleaved = "--benchmark_enable_random_interleaving=true";
  for (std::string* argument : {&repetitions, &aggregates, &interleaved})
    arguments.insert(arguments.begin() + 1, argument->data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  Medians medians;
  benchmark::RunSpecifiedBenchmarks(&medians);
  medians.print_ratios();
}
