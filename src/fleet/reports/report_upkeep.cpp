#include "fleet/reports/report_upkeep.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "protocol/report/report.hpp"
#include "reports/forecast.hpp"
#include "reports/roll_up.hpp"
#include "reports/text_of_report.hpp"
#include "runtime/log/log.hpp"
#include "store/hosts/fleet_list.hpp"
#include "store/reports/reports.hpp"
#include "store/reports/roll_ups.hpp"
#include "store/sqlite/database.hpp"
#include "store/status/status_basis.hpp"

// Hours are added up from a snapshot while reports still come. close() fails where one came for the hour meanwhile,
// and then the hour is added up anew, so that none is missed.
namespace holdfast::fleet {

// An hour that was added up.
struct ReportUpkeep::EndedHour {
  core::OpenHour hour;
  core::RollUp values;
  bool is_last = false;  // the newest that has ended: what the forecast follows from
  std::optional<core::Time> full_at;
};

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kHoursAtOnce = 25;
// Documents may be large: few at a time.
constexpr std::size_t kRolledUpAtOnce = 16;

// From how many stored reports on a database gets its first dictionary, and from how many a better one.
constexpr std::array<std::size_t, 2> kTrainFrom{200, 20'000};
constexpr std::size_t kSamples = 400;

struct Learned {
  std::size_t reports = 0;  // of which
  std::optional<std::string> dictionary;
};

std::optional<core::Report> read_report(const store::Packer& packer, const store::StoredReport& stored,
                                        store::UnpackedBase& base) {
  const auto document = text_of_report(packer, stored, base);
  auto report = document ? protocol::parse_report(*document) : core::Result<core::Report>();
  if (!document || !report) return std::nullopt;
  return *std::move(report);
}

bool can_replace(const std::vector<core::RollUp>& stored, const core::RollUp& fresh) {
  return fresh.reports > 0 && (stored.empty() || is_fuller(fresh, stored.front()));
}

void put_day(store::Transaction& tx, const core::HostId& host, core::Time of) {
  const core::Time day = std::chrono::floor<std::chrono::days>(of);
  const auto hours = store::list_roll_ups(tx, core::RollUpSpan::Hour, host, day, day + 24h);
  store::put_roll_up(tx, core::RollUpSpan::Day, host, merge(hours, day));
}

}  // namespace

core::RollUp ReportUpkeep::add_up(store::View& view, const core::OpenHour& hour) const {
  RollUpBuilder builder;
  store::UnpackedBase base;
  const auto end = hour.start + 1h;
  auto from = hour.start;
  while (true) {
    const auto some = store::list_reports(view, hour.host, from, end, kRolledUpAtOnce);
    for (const auto& stored : some) {
      const auto report = read_report(packer_, stored, base);
      if (report) builder.add(*report, stored.at);
    }
    if (some.size() < kRolledUpAtOnce) return builder.finish(hour.start);
    from = some.back().at + 1ms;
  }
}

ReportUpkeep::EndedHour ReportUpkeep::end_hour(store::View& view, const core::OpenHour& hour, core::Time now) const {
  EndedHour ended;
  ended.hour = hour;
  ended.values = add_up(view, hour);
  ended.is_last = hour.start + 1h == std::chrono::floor<std::chrono::hours>(now);
  if (!ended.is_last) return ended;
  auto past = store::list_roll_ups(view, core::RollUpSpan::Hour, hour.host, hour.start - kForecastPast, hour.start);
  past.push_back(ended.values);
  ended.full_at = disk_full_at(past, now);
  return ended;
}

// False when reports of that hour came meanwhile: it is added up anew next time.
bool ReportUpkeep::close(store::Transaction& tx, const EndedHour& ended) const {
  const auto& host = ended.hour.host;
  const auto start = ended.hour.start;
  if (!store::close_hour(tx, ended.hour)) return false;
  if (can_replace(store::list_roll_ups(tx, core::RollUpSpan::Hour, host, start, start + 1h), ended.values)) {
    store::put_roll_up(tx, core::RollUpSpan::Hour, host, ended.values);
    put_day(tx, host, start);
  }
  if (ended.is_last) store::set_disk_full_at(tx, host, ended.full_at);
  return true;
}

// True when there may be more to do.
Task<bool> ReportUpkeep::roll_up_some() {
  const auto now = clock_.now();
  const auto add_up_hours = [&](store::View& view) {
    std::vector<EndedHour> ended;
    const auto before = std::chrono::floor<std::chrono::hours>(now);
    for (const auto& hour : store::list_open_hours(view, before, kHoursAtOnce))
      ended.push_back(end_hour(view, hour, now));
    return ended;
  };
  const auto ended = co_await database_.read(add_up_hours);
  bool changed = false;
  const auto close_them = [&](store::Transaction& tx) {
    std::size_t closed = 0;
    for (const auto& hour : ended) {
      closed += close(tx, hour);
      if (hour.is_last) changed |= watch_.judge(tx, hour.hour.host, now);
    }
    return closed;
  };
  const std::size_t closed = ended.empty() ? 0 : co_await database_.write(close_them);
  if (changed) live_.publish(Topic::Fleet);
  co_return closed == kHoursAtOnce;
}

Task<> ReportUpkeep::roll_up() {
  bool more = true;
  while (more) more = co_await roll_up_some();
}

Task<> ReportUpkeep::load() {
  const auto look = [](store::View& view) {
    return std::pair(store::list_dictionaries(view), store::list_newest_bases(view));
  };
  const auto [dictionaries, bases] = co_await database_.read(look);
  for (const auto& dictionary : dictionaries) packer_.add(dictionary);
  for (const auto& base : bases) packer_.set_base(base);
}

// A host whose base is held was there when the list is read, or was removed before.
Task<> ReportUpkeep::forget_removed_hosts() {
  const auto held = packer_.hosts_with_base();
  const auto list = [](store::View& view) {
    const auto hosts = store::list_host_ids(view);
    return std::unordered_set<core::HostId>(hosts.begin(), hosts.end());
  };
  const auto present = co_await database_.read(list);
  for (const auto& host : held) {
    if (!present.contains(host)) packer_.forget_base(host);
  }
}

Task<> ReportUpkeep::train() {
  co_await forget_removed_hosts();
  const auto learn = [this, from = train_from_](store::View& view) -> std::optional<Learned> {
    const auto trained = store::list_dictionaries(view).size();
    const auto reports = store::estimate_reports(view);
    if (trained >= kTrainFrom.size() || reports < std::max(kTrainFrom[trained], from)) return std::nullopt;
    store::TrainingSamples samples;
    store::sample_reports(view, kSamples, [&](const auto& stored) {
      if (const auto document = text_of_report(packer_, stored)) samples.add(*document);
    });
    return Learned{reports, store::Packer::train(samples)};
  };
  const auto learned = co_await database_.read(learn);
  if (!learned) co_return;
  train_from_ = 2 * learned->reports;  // if it is of no use, it is not tried before there are twice as many
  const auto& dictionary = learned->dictionary;
  if (!dictionary) co_return;
  const auto add = [&](store::Transaction& tx) { return store::add_dictionary(tx, *dictionary, clock_.now()); };
  const std::int64_t id = co_await database_.write(add);
  packer_.add({id, *dictionary});
  train_from_ = 0;
  runtime::log::info("reports.dictionary", "Learned to compress reports better",
                     {{"dictionary", id}, {"bytes", dictionary->size()}});
}

}  // namespace holdfast::fleet
