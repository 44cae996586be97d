#include <sqlite3.h>

#include <functional>
#include <stdexcept>
#include <string_view>

#include "core/filter/filter.hpp"
#include "store/hosts/fleet_figures.hpp"
#include "store/hosts/fleet_list.hpp"
#include "store/jobs/jobs.hpp"
#include "store_bench.hpp"

namespace holdfast::bench {
namespace {

constexpr int kReads = 200;
constexpr double kPatience = 2;  // seconds for the reads of one list

core::HostState any_state(std::uint64_t dice) {
  if (dice < 2) return core::HostState::Down;
  if (dice < 7) return core::HostState::Warning;
  return dice < 9 ? core::HostState::Paused : core::HostState::Ok;
}

void fill_fleet(store::Transaction& transaction, const std::vector<BenchHost>& hosts) {
  tests::SampleNumbers numbers(7);
  const auto milliseconds_below = [&](std::uint64_t limit) {
    return core::milliseconds(static_cast<std::int64_t>(numbers.below(limit)));
  };
  for (const BenchHost& host : hosts) {
    const core::Time at = kBegin + milliseconds_below(900'000);
    store::set_report_state(transaction, state_of(host, at));
    const std::uint64_t dice = numbers.below(100);
    core::JudgedStatus status{any_state(dice),
                              {core::finding::BackupTooOld{{}, std::chrono::hours(26), false}},
                              at,
                              at + std::chrono::minutes(30)};
    status.protected_at = kBegin - milliseconds_below(3 * 86'400'000);
    status.limits = core::JudgedBy{std::chrono::hours(26), std::chrono::minutes(45), 85, 95};
    store::set_status(transaction, host.id, status);
    store::set_host_tags(transaction, host.id, {dice % 2 == 0 ? "prod" : "lab", "eu"});
  }
  for (int hour = 1; hour <= 24; ++hour) {
    store::put_roll_up(transaction, core::RollUpSpan::Hour, hosts.front().id,
                       roll_up_of(kBegin - std::chrono::hours(hour), 4));
  }
}

void check(int code, sqlite3* handle) {
  if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(handle));
}

// SQLite with nothing of ours in between, and with a cache as small as that of a reader.
class BareReader {
 public:
  explicit BareReader(const std::filesystem::path& file) {
    check(sqlite3_open(file.c_str(), &handle_), handle_);
    run("PRAGMA cache_size = -2000");
  }
  ~BareReader() { sqlite3_close(handle_); }
  BareReader(const BareReader&) = delete;
  BareReader& operator=(const BareReader&) = delete;

  void run(const char* sql) { check(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr), handle_); }

  // Reading a column of every host and of its state, in milliseconds of processor time: the median.
  double time_scan() {
    std::vector<double> times;
    for (int i = 0; i < 20; ++i) {
      const double start = cpu_seconds();
      run("SELECT sum(length(h.name) + s.disk) FROM hosts AS h CROSS JOIN host_state AS s ON s.host = h.id "
          "WHERE h.removed_at IS NULL");
      times.push_back((cpu_seconds() - start) * 1000);
    }
    return quantile(times, 0.5);
  }

 private:
  sqlite3* handle_ = nullptr;
};

// Past the store: what would take minutes to write through it. Every fifth host has an agent, a repository that it
// shares with its customer's others, and fourteen jobs, all of them of the last day.
void complete_fleet(const std::filesystem::path& file) {
  BareReader(file).run(
      "BEGIN;"
      "INSERT INTO roll_ups (host, span, chunk, points) SELECT h.id, r.span, r.chunk, r.points FROM hosts AS h "
      "CROSS JOIN roll_ups AS r WHERE r.host = 1 AND h.id <> 1 ORDER BY h.id;"
      "UPDATE hosts SET enrolled = 1, agent_version = '1.4.2' WHERE id % 5 = 0;"
      "INSERT INTO repositories (uid, customer, name, url, sealed_password, server_user, sealed_server_password, "
      "created_at) SELECT printf('repository-%d', id), id, 'offsite of ' || name, '', x'', '', x'', 0 FROM customers;"
      "INSERT INTO host_repositories (host, repository, linked_at) SELECT h.id, r.id, 0 FROM hosts AS h "
      "JOIN repositories AS r ON r.customer = h.customer WHERE h.enrolled ORDER BY h.id;"
      "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 13) "
      "INSERT INTO jobs (uid, host, operation, repository, state, requested_by, created_at, finished_at, "
      "waiting_reason, cancel_requested_by, last_sequence, result) "
      "SELECT printf('01J%03d%020d', i, host), host, 'backup', repository, "
      "CASE WHEN i < 13 OR host % 1000 > 0 THEN 'succeeded' ELSE 'running' END, 'schedule', 0, "
      "1764000000000 - i * 6000000, '', '', 0, hex(zeroblob(150)) FROM n CROSS JOIN host_repositories;"
      "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
}

runtime::Task<> time_reads(store::Database& database, std::function<std::size_t(store::View&)> work,
                           std::vector<double>& times, std::vector<double>& cpu, std::size_t& rows) {
  const auto begin = Clock::now();
  for (int i = 0; i < kReads && (i < 2 || seconds_since(begin) < kPatience); ++i) {
    const auto start = Clock::now();
    const double cpu_start = cpu_seconds();
    rows = co_await database.read(work);
    times.push_back(seconds_since(start) * 1000);
    cpu.push_back((cpu_seconds() - cpu_start) * 1000);
  }
}

// What is timed of one fleet, each figure beside a bare scan of it.
class Lists {
 public:
  Lists(Ground& ground, double scan) : ground_(ground), scan_(scan) {}

  double time(std::string_view what, std::function<std::size_t(store::View&)> work) {
    std::vector<double> times;
    std::vector<double> cpu;
    std::size_t rows = 0;
    std::vector<runtime::Task<>> tasks;
    tasks.push_back(time_reads(ground_.database(), std::move(work), times, cpu, rows));
    ground_.run(std::move(tasks));
    const double median = quantile(cpu, 0.5);
    fmt::print("{:<48} p50 {:>7.2f} ms  p99 {:>7.2f} ms  CPU p50 {:>7.2f} p99 {:>7.2f} ms  {:>5.2f} scans  {} rows\n",
               what, quantile(times, 0.5), quantile(times, 0.99), median, quantile(cpu, 0.99), median / scan_, rows);
    return median;
  }
  double time_page(std::string_view what, const core::FleetQuery& query) {
    return time(what, [&query](store::View& view) { return store::list_fleet(view, query, kBegin)->size(); });
  }
  // As a hub reads it that has nothing of it yet.
  double time_whole_page(std::string_view what, const core::FleetQuery& query);

 private:
  Ground& ground_;
  double scan_;
};

// The counts above the list and in the frame, the rows, and whether a page follows.
std::size_t read_page(store::View& view, core::FleetQuery query) {
  store::count_fleet(view, {}, kBegin);
  store::count_agents(view);
  store::count_unfinished_jobs(view);
  if (!query.filter.terms.empty()) query.among = store::find_matches(view, query, kBegin).few;
  ++query.limit;
  return store::list_fleet(view, query, kBegin)->size();
}

double Lists::time_whole_page(std::string_view what, const core::FleetQuery& query) {
  return time(what, [&query](store::View& view) { return read_page(view, query); });
}

core::FleetQuery query_of(core::FleetSort sort, std::string_view filter = "") {
  core::FleetQuery query;
  query.sort = sort;
  query.filter = core::parse_filter(filter).value();
  return query;
}

// "-nowhere0 -nowhere1 …"
std::string many(std::string_view part, int count, std::string_view between = " ") {
  std::string text;
  for (int i = 0; i < count; ++i) text += fmt::format("{}{}{}", i > 0 ? between : "", part, i);
  return text;
}

void time_lists(Lists& lists) {
  using core::FleetSort;
  lists.time_page("worst first", query_of(FleetSort::Worst));
  lists.time_page("by name", query_of(FleetSort::Name));
  lists.time_page("by CPU", query_of(FleetSort::Cpu));
  lists.time_page("by customer", query_of(FleetSort::Customer));
  lists.time_whole_page("page with counts, worst first", query_of(FleetSort::Worst));
  lists.time_whole_page("page with counts, by customer", query_of(FleetSort::Customer));
  for (const std::string_view filter :
       {"status:down tag:prod disk>70", "disk>70", "disk>89.9", "host-0999", "nowhere", "-backup:>26h job:none"})
    lists.time_whole_page(fmt::format("page with counts, {}", filter), query_of(FleetSort::Worst, filter));
  const core::FleetQuery all = query_of(FleetSort::Worst);
  lists.time("counts by state", [&](store::View& view) { return store::count_fleet(view, all, kBegin).total(); });
  lists.time("figures above the list", [](store::View& view) {
    store::count_causes(view);
    store::list_frequent_tags(view, 4);
    store::count_runs(view, kBegin - std::chrono::hours(24));
    return store::count_protection(view, kBegin, kBegin).expected;
  });
  lists.time("cells of the grid", [&](store::View& view) { return store::list_fleet_cells(view, all, kBegin).size(); });
  lists.time("customers, a page of 50",
             [](store::View& view) { return store::list_customer_rows(view, {}, kBegin).size(); });
}

// Everything that a filter may ask for as often as it may, so that each host is asked all of it and passes; by the
// order that costs most.
void time_costly_filters(Lists& lists) {
  const std::pair<std::string_view, std::string> filters[] = {
      {"20 words that are nowhere", many("-nowhere", 20)},
      {"100 operating systems", "-os:" + many("nowhere", 50, ",") + " -os:" + many("elsewhere", 50, ",")},
      {"20 tags that all have", many("tag:eu,x", 20)},
      {"20 tags that none has", many("-tag:x,y", 20)},
      {"100 repositories", "-repo:" + many("nowhere", 50, ",") + " -repo:" + many("elsewhere", 50, ",")},
      {"20 times no repository", many("-repo:none,x", 20)},
      {"100 customers", "-customer:" + many("nowhere", 50, ",") + " -customer:" + many("elsewhere", 50, ",")},
      {"20 versions", many("-agent:>9.9.9", 20)},
      {"20 percentages and ages", many("cpu>=0.0", 10) + " " + many("seen:<9d1", 10, "s ") + "s"},
      {"all of it", many("-nowhere", 8) + " tag:eu,x -tag:y -customer:z -repo:none,z -job:queued -os:" +
                        many("nowhere", 40, ",") + " -agent:>9.9 backup:<9d seen:<9d cpu>=0 mem>=0 disk>1"},
  };
  double largest = 0;
  for (const auto& [what, filter] : filters)
    largest = std::max(largest, lists.time_whole_page(what, query_of(core::FleetSort::Customer, filter)));
  fmt::print("{:<48} {:.0f} ms of CPU; after {} s it is given up\n", "the costliest of these", largest,
             store::kCostlyLimit.count());
}

}  // namespace

void list(int count) {
  const auto start = Clock::now();
  Ground ground;
  ground.write(
      [&](store::Transaction& transaction) { fill_fleet(transaction, add_hosts(transaction, count, kPerCustomer)); });
  ground.close();
  complete_fleet(ground.file());
  const double scan = BareReader(ground.file()).time_scan();
  fmt::print("\nLists of {} hosts, a page of 50; made in {:.0f} s, a bare scan takes {:.1f} ms of CPU\n", count,
             seconds_since(start), scan);
  Lists lists(ground, scan);
  time_lists(lists);
  fmt::print("Filters that ask for as much as they may, with counts, by customer\n");
  time_costly_filters(lists);
}

}  // namespace holdfast::bench
