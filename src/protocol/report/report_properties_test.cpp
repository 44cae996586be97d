#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <boost/json.hpp>
#include <limits>

#include "protocol/report/report.hpp"
#include "report_sample.hpp"
#include "text/look_alike.hpp"
#include "text/utf8.hpp"

namespace holdfast::protocol {
namespace {

namespace gen = rc::gen;

constexpr std::uint64_t kMaxCount = std::numeric_limits<std::int64_t>::max();

bool flip() {
  return *gen::arbitrary<bool>();
}
template <class Make>
auto maybe(Make make) -> std::optional<decltype(make())> {
  return flip() ? std::optional(make()) : std::nullopt;
}
template <class T, class Make>
std::vector<T> some(Make make) {
  std::vector<T> made;
  for (int i = *gen::inRange(0, 4); i > 0; --i) made.push_back(make());
  return made;
}

// Any bytes, most of them valid UTF-8.
std::string any_bytes() {
  std::string text;
  for (const int piece : *gen::container<std::vector<int>>(gen::inRange(0, 160))) {
    if (piece < 128)
      text += static_cast<char>(piece);
    else
      text += piece < 140 ? "ä" : piece < 158 ? "\xF0\x9F\x94\x92" : "\xFF";
  }
  return text;
}
std::string any_words() {
  return text::shown_text(text::to_valid_utf8(any_bytes()));
}
std::uint64_t any_number() {
  return *gen::oneOf(gen::inRange<std::uint64_t>(0, kMaxCount), gen::element<std::uint64_t>(0, 1, kMaxCount));
}
// With all digits that a double has.
double any_between(double low, double high) {
  const double share = static_cast<double>(*gen::arbitrary<std::uint64_t>()) / 18446744073709551616.0;
  return std::clamp(low + share * (high - low), low, high);
}
double any_percent() {
  return flip() ? any_between(0, 100) : *gen::inRange(0, 1001) / 10.0;
}
core::Time any_moment() {
  return core::Time(core::milliseconds(*gen::inRange<std::int64_t>(1000, 253'402'300'800'000)));
}
core::Health any_health() {
  return *gen::element(core::Health::Ok, core::Health::Warn, core::Health::Fail);
}
core::Space any_space() {
  return {maybe(any_number), maybe(any_number), maybe(any_percent)};
}
core::CpuReport any_cpu() {
  const auto load = [] { return std::array{any_between(0, 100), any_between(0, 1e6), 0.0}; };
  return {maybe(any_percent), maybe(any_number), maybe(load), maybe([] { return any_between(-273.15, 1000); })};
}
core::DiskReport any_disk() {
  return {any_words(), any_words(),        any_words(), any_words(), any_words(),
          any_space(), maybe(any_percent), flip(),      any_words()};
}
core::ContainerReport any_container() {
  const auto cpu = [] { return any_between(0, 10'000); };
  return {any_words(),       any_words(),       any_words(), any_words(),      any_words(),
          maybe(any_number), maybe(any_number), maybe(cpu),  maybe(any_number)};
}
std::optional<double> any_rate() {
  return maybe([] { return any_between(0, 1e15); });
}
core::SystemReport any_system() {
  return {any_words(),
          any_words(),
          any_words(),
          any_words(),
          maybe(any_number),
          maybe(any_moment),
          any_cpu(),
          any_space(),
          any_space(),
          {any_rate(), any_rate()},
          {any_rate(), any_rate()},
          some<core::DiskReport>(any_disk)};
}
core::ContainersReport any_containers() {
  return {maybe(any_number), maybe(any_number), maybe(any_number), some<core::ContainerReport>(any_container)};
}
core::BackupReport any_backup() {
  return {maybe(any_moment), any_words(), maybe(any_number), maybe(any_number), maybe(any_number), maybe(any_moment)};
}

core::Report any_report() {
  core::Report report;
  report.customer_id = *gen::element<std::string>("acme", "a.b_c-9", "00");
  report.host = *gen::element<std::string>("", "nas-01", "ä b", "\"<&'");
  report.timestamp = maybe(any_moment);
  report.controller_version = any_words();
  report.health = maybe(any_health);
  report.issues = some<std::string>(any_words);
  report.system = maybe(any_system);
  report.containers = maybe(any_containers);
  report.backup = maybe(any_backup);
  report.config_hash = any_words();
  return report;
}

TEST(ReportRoundTrip, KeepsEveryReport) {
  ASSERT_TRUE(rc::check([] {
    const core::Report report = any_report();
    const auto again = parse_report(encode_report(report));
    if (!again) RC_FAIL(again.error().message);
    RC_ASSERT(*again == report);
  }));
}

TEST(ReportRoundTrip, IsJsonForOthersToo) {
  ASSERT_TRUE(rc::check([] {
    boost::json::error_code error;
    const auto value = boost::json::parse(encode_report(any_report()), error);
    RC_ASSERT(!error);
    RC_ASSERT(value.is_object());
  }));
}

// --- what no node should send ---

double any_nonsense() {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return *gen::element(kNan, kInfinity, -kInfinity, -1.0, -0.0, 1e300, 100.4);
}

core::Report any_nonsense_report() {
  core::Report report = any_report();
  report.host = any_bytes();
  report.timestamp = core::Time(core::milliseconds(*gen::arbitrary<std::int64_t>() / 1000));
  report.config_hash = any_bytes();
  auto& system = report.system.emplace();
  system.cpu.percent = any_nonsense();
  system.cpu.load = std::array{1.0, any_nonsense(), 1.0};
  system.memory.used_bytes = *gen::arbitrary<std::uint64_t>();
  system.disks.emplace_back().inodes_percent = any_nonsense();
  return report;
}

TEST(ReportRoundTrip, MakesAValidDocumentOfAnyReport) {
  ASSERT_TRUE(rc::check([] {
    const auto again = parse_report(encode_report(any_nonsense_report()));
    if (!again) RC_FAIL(again.error().message);
    RC_ASSERT(parse_report(encode_report(*again)).value() == *again);
  }));
}

// --- broken documents ---

// What a broken document leads to: an error with a sentence, or a report with figures in their range.
void check_outcome(const std::string& document) {
  const auto report = parse_report(document);
  if (!report) return RC_ASSERT(report.error().message.ends_with('.'));
  const auto figures = core::figures_of(*report, core::Time());
  for (const auto& percent : {figures.cpu_percent, figures.memory_percent, figures.swap_percent, figures.disk_percent})
    RC_ASSERT(!percent || (*percent >= 0 && *percent <= 100));
  RC_ASSERT(parse_report(encode_report(*report)).value() == *report);
}

TEST(BrokenReport, NeverDoesMoreThanBeRefused) {
  const std::string document = tests::sample_report("acme", "nas-01", core::Time(core::seconds(1'795'328'460)), 1);
  ASSERT_TRUE(rc::check([&document] {
    std::string broken = document;
    for (int i = *gen::inRange(1, 4); i > 0; --i) {
      const auto at = *gen::inRange<std::size_t>(0, broken.size());
      const char wrong = *gen::oneOf(gen::element('"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', 'e', '.', '\0'),
                                     gen::arbitrary<char>());
      *gen::arbitrary<bool>() ? broken.insert(at, 1, wrong) : broken.replace(at, 1, 1, wrong);
    }
    check_outcome(broken);
  }));
}

TEST(BrokenReport, NeverDoesMoreThanBeRefusedWhenAPartIsMissing) {
  const std::string document = tests::sample_report("acme", "nas-01", core::Time(core::seconds(1'795'328'460)), 1);
  ASSERT_TRUE(rc::check([&document] {
    std::string broken = document;
    broken.erase(*gen::inRange<std::size_t>(0, broken.size()), *gen::inRange<std::size_t>(1, 40));
    check_outcome(broken);
  }));
}

}  // namespace
}  // namespace holdfast::protocol
