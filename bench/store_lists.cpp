#include <functional>
#include <string_view>

#include "core/filter/filter.hpp"
#include "store/hosts/fleet_list.hpp"
#include "store_bench.hpp"

namespace holdfast::bench {
namespace {

void fill_fleet(store::Transaction& transaction, const std::vector<BenchHost>& hosts) {
  tests::SampleNumbers numbers(7);
  for (const BenchHost& host : hosts) {
    const core::Time at = kBegin + core::milliseconds(static_cast<std::int64_t>(numbers.below(900'000)));
    store::set_report_state(transaction, state_of(host, at));
    const std::uint64_t dice = numbers.below(100);
    const auto state = dice < 2   ? core::HostState::Down
                       : dice < 7 ? core::HostState::Warning
                       : dice < 9 ? core::HostState::Paused
                                  : core::HostState::Ok;
    store::set_status(
        transaction, host.id,
        {state, {core::finding::BackupTooOld{{}, std::chrono::hours(26), false}}, at, at + std::chrono::minutes(30)});
    store::set_host_tags(transaction, host.id, {dice % 2 == 0 ? "prod" : "lab", "eu"});
    for (int hour = 1; hour <= 24; ++hour) {
      store::put_roll_up(transaction, store::RollUpSpan::Hour, host.id,
                         roll_up_of(kBegin - std::chrono::hours(hour), 4));
    }
  }
}

runtime::Task<> time_reads(store::Database& database, std::function<std::size_t(store::View&)> work,
                           std::vector<double>& times, std::size_t& rows) {
  constexpr int kReads = 200;
  for (int i = 0; i < kReads; ++i) {
    const auto start = Clock::now();
    rows = co_await database.read(work);
    times.push_back(seconds_since(start) * 1000);
  }
}

void time_list(Ground& ground, std::string_view what, std::function<std::size_t(store::View&)> work) {
  std::vector<double> times;
  std::size_t rows = 0;
  std::vector<runtime::Task<>> tasks;
  tasks.push_back(time_reads(ground.database(), std::move(work), times, rows));
  ground.run(std::move(tasks));
  fmt::print("{:<44} p50 {:>6.2f} ms  p99 {:>6.2f} ms  {} rows\n", what, quantile(times, 0.5), quantile(times, 0.99),
             rows);
}

void time_page(Ground& ground, std::string_view what, const store::FleetQuery& query) {
  time_list(ground, what, [&query](store::View& view) { return store::list_fleet(view, query, kBegin)->size(); });
}

store::FleetQuery query_of(store::FleetSort sort, std::string_view filter = "") {
  store::FleetQuery query;
  query.sort = sort;
  query.filter = core::parse_filter(filter).value();
  return query;
}

}  // namespace

void list(int count) {
  Ground ground;
  ground.write([&](store::Transaction& transaction) { fill_fleet(transaction, add_hosts(transaction, count, 33)); });
  fmt::print("\nLists of {} hosts, a page of 50\n", count);
  time_page(ground, "worst first", query_of(store::FleetSort::Worst));
  time_page(ground, "by name", query_of(store::FleetSort::Name));
  time_page(ground, "by CPU", query_of(store::FleetSort::Cpu));
  time_page(ground, "by customer", query_of(store::FleetSort::Customer));
  time_page(ground, "status:down tag:prod disk>70", query_of(store::FleetSort::Worst, "status:down tag:prod disk>70"));
  time_page(ground, "a word in few names", query_of(store::FleetSort::Worst, "host-0999"));
  time_page(ground, "a word in none", query_of(store::FleetSort::Worst, "nowhere"));
  const store::FleetQuery all = query_of(store::FleetSort::Worst);
  time_list(ground, "counts by state",
            [&](store::View& view) { return store::count_fleet(view, all, kBegin).total(); });
  time_list(ground, "cells of the grid",
            [&](store::View& view) { return store::list_fleet_cells(view, all, kBegin).size(); });
  time_list(ground, "customers, a page of 50",
            [](store::View& view) { return store::list_customer_rows(view, {}, kBegin).size(); });
}

}  // namespace holdfast::bench
