#include <sqlite3.h>

#include <stdexcept>
#include <string_view>

#include "store_bench.hpp"

namespace holdfast::bench {
namespace {

constexpr std::size_t kDocumentBytes = 4096;
constexpr int kInFlight = 64;

struct Prepared {
  std::vector<BenchHost> hosts;
  store::Packer packer;
  std::vector<store::PackedDocument> packed;  // one a host
};

// Hosts with a base and a report to send.
void prepare(Ground& ground, Prepared& prepared, int hosts) {
  ground.write([&](store::Transaction& transaction) {
    prepared.hosts = add_hosts(transaction, hosts);
    for (const BenchHost& host : prepared.hosts) {
      const auto base = prepared.packer.next_base(host.id, document_of(host, kBegin, kDocumentBytes), kBegin);
      store::add_base(transaction, *base);
      prepared.packer.set_base(*base);
      const std::string document = document_of(host, kBegin + kEvery, kDocumentBytes);
      prepared.packed.push_back(prepared.packer.pack(document, host.id));
    }
  });
}

enum class Packing { Before, WithEach };

// Where the next report comes from: each host by turns, a moment later each time round.
class Feed {
 public:
  Feed(const Prepared& prepared, int count, Packing packing, core::Time begin)
      : prepared_(prepared), count_(count), packing_(packing), begin_(begin) {}

  runtime::Task<> send(store::Database& database) {
    while (next_ < count_) {
      const int number = next_++;
      const auto start = Clock::now();
      const BenchHost& host = prepared_.hosts[place_of(number)];
      const store::StoredReport report = make(number);
      const store::ReportState state = state_of(host, report.at);
      const std::function<void(store::Transaction&)> store = [&](store::Transaction& transaction) {
        store::add_report(transaction, report);
        store::set_report_state(transaction, state);
      };
      co_await database.write(store);
      latencies_.push_back(seconds_since(start) * 1000);
    }
  }
  const std::vector<double>& latencies() const { return latencies_; }

 private:
  std::size_t place_of(int number) const { return static_cast<std::size_t>(number) % prepared_.hosts.size(); }
  store::StoredReport make(int number) const {
    const std::size_t place = place_of(number);
    const BenchHost& host = prepared_.hosts[place];
    const core::Time at = begin_ + kEvery * (number / static_cast<int>(prepared_.hosts.size()) + 1);
    if (packing_ == Packing::Before) return report_of(host, at, prepared_.packed[place]);
    return report_of(host, at, prepared_.packer.pack(document_of_host(place), host.id));
  }
  // The same text each time: making one takes longer than storing it.
  const std::string& document_of_host(std::size_t place) const {
    static const std::string document = document_of(prepared_.hosts[place], kBegin + kEvery, kDocumentBytes);
    return document;
  }

  const Prepared& prepared_;
  int count_;
  Packing packing_;
  core::Time begin_;
  int next_ = 0;
  std::vector<double> latencies_;
};

struct Rate {
  double per_second = 0;
  double cpu = 0;  // microseconds of the whole process, kernel included
  double p50 = 0;
  double p99 = 0;
};

Rate measure_store(Ground& ground, const Prepared& prepared, int count, Packing packing, core::Time begin) {
  Feed feed(prepared, count, packing, begin);
  std::vector<runtime::Task<>> tasks;
  const auto start = Clock::now();
  const double cpu = cpu_seconds();
  for (int i = 0; i < kInFlight; ++i) tasks.push_back(feed.send(ground.database()));
  ground.run(std::move(tasks));
  return {count / seconds_since(start), (cpu_seconds() - cpu) / count * 1e6, quantile(feed.latencies(), 0.5),
          quantile(feed.latencies(), 0.99)};
}

void check(int code, sqlite3* handle) {
  if (code != SQLITE_OK && code != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(handle));
}

// Documents as they are sent, one a host, instead of packed ones.
void unpack_all(Prepared& prepared) {
  for (std::size_t i = 0; i < prepared.hosts.size(); ++i)
    prepared.packed[i].bytes = document_of(prepared.hosts[i], kBegin + kEvery, kDocumentBytes);
}

// The bytes alone, into the same table, in transactions of `in_flight`.
Rate measure_bare(const std::filesystem::path& file, const Prepared& prepared, int count, int in_flight,
                  core::Time begin) {
  sqlite3* handle = nullptr;
  check(sqlite3_open(file.c_str(), &handle), handle);
  check(sqlite3_exec(handle, "PRAGMA synchronous = FULL; PRAGMA cache_size = -8000; PRAGMA foreign_keys = ON", nullptr,
                     nullptr, nullptr),
        handle);
  sqlite3_stmt* insert = nullptr;
  constexpr const char* kInsert =
      "INSERT INTO reports (host, at, delay, flags, dictionary, base, document) VALUES (?1, ?2, 180, 0, 0, 1, ?3)";
  check(sqlite3_prepare_v2(handle, kInsert, -1, &insert, nullptr), handle);
  const int hosts = static_cast<int>(prepared.hosts.size());
  const auto start = Clock::now();
  const double cpu = cpu_seconds();
  for (int i = 0; i < count; ++i) {
    if (i % in_flight == 0) check(sqlite3_exec(handle, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), handle);
    const std::string& bytes = prepared.packed[static_cast<std::size_t>(i % hosts)].bytes;
    sqlite3_bind_int64(insert, 1, i % hosts + 1);
    sqlite3_bind_int64(insert, 2, (begin + kEvery * (i / hosts + 1)).time_since_epoch().count());
    sqlite3_bind_blob64(insert, 3, bytes.data(), bytes.size(), SQLITE_STATIC);
    check(sqlite3_step(insert), handle);
    sqlite3_reset(insert);
    if (i % in_flight == in_flight - 1) check(sqlite3_exec(handle, "COMMIT", nullptr, nullptr, nullptr), handle);
  }
  if (sqlite3_get_autocommit(handle) == 0) check(sqlite3_exec(handle, "COMMIT", nullptr, nullptr, nullptr), handle);
  const Rate rate{count / seconds_since(start), (cpu_seconds() - cpu) / count * 1e6, 0, 0};
  sqlite3_finalize(insert);
  sqlite3_close(handle);
  return rate;
}

void print_rate(std::string_view what, const Rate& rate, double bare) {
  fmt::print("{:<44} {:>9.0f} /s  {:>5.2f} of bare, {:.1f} us of CPU, p50 {:.2f} ms, p99 {:.2f} ms\n", what,
             rate.per_second, rate.per_second / bare, rate.cpu, rate.p50, rate.p99);
}

runtime::Task<> prune_until(store::Database& database, core::Time before, std::size_t step, std::size_t& removed) {
  std::size_t count = step;
  while (count == step) {
    const std::function<std::size_t(store::Transaction&)> remove = [&](store::Transaction& transaction) {
      return store::remove_reports_before(transaction, before, step);
    };
    count = co_await database.write(remove);
    removed += count;
  }
  for (std::size_t pages = step; pages == step;) {
    const std::function<std::size_t(store::Transaction&)> shrink = [&](store::Transaction& transaction) {
      return store::give_back_space(transaction, step);
    };
    pages = co_await database.write(shrink);
  }
}

}  // namespace

void bare(int in_flight, bool as_sent) {
  constexpr int kHosts = 1000;
  const int count = in_flight == 1 ? 3000 : 30'000;
  Ground ground;
  Prepared prepared;
  prepare(ground, prepared, kHosts);
  ground.close();
  if (as_sent) unpack_all(prepared);
  const Rate rate = measure_bare(ground.file(), prepared, count, in_flight, kBegin);
  fmt::print(R"({{"in_flight":{},"bytes":{},"per_second":{:.0f},"cpu_us":{:.1f}}})"
             "\n",
             in_flight, prepared.packed.front().bytes.size(), rate.per_second, rate.cpu);
}

// Rounds take turns, so that both see the same noise; the best of each counts.
void ingest(int hosts) {
  constexpr int kRounds = 5;
  constexpr int kCount = 30'000;
  Ground with_store;
  Ground with_bare;
  Prepared prepared;
  Prepared for_bare;
  prepare(with_store, prepared, hosts);
  prepare(with_bare, for_bare, hosts);
  with_bare.close();
  Rate bare;
  Rate packed;
  Rate packing;
  core::Time begin = kBegin;
  for (int round = 0; round < kRounds; ++round) {
    const auto better = [](const Rate& a, const Rate& b) { return a.per_second > b.per_second ? a : b; };
    bare = better(bare, measure_bare(with_bare.file(), for_bare, kCount, kInFlight, begin));
    packed = better(packed, measure_store(with_store, prepared, kCount, Packing::Before, begin));
    packing = better(packing, measure_store(with_store, prepared, kCount, Packing::WithEach,
                                            begin + kEvery * 2 * (kCount / hosts + 1)));
    begin += kEvery * 4 * (kCount / hosts + 1);
  }
  fmt::print("\nIngest, {} hosts, {} bytes each, {} in flight, durable\n", hosts, kDocumentBytes, kInFlight);
  fmt::print("{:<44} {:>9.0f} /s  {:.1f} us of CPU, batches of {}\n", "bare loop", bare.per_second, bare.cpu,
             kInFlight);
  print_rate("add_report + set_report_state", packed, bare.per_second);
  print_rate("the same, and packing on the loop", packing, bare.per_second);
}

void prune(std::size_t step) {
  constexpr int kOld = 200'000;
  constexpr int kHosts = 1000;
  Ground ground;
  Prepared prepared;
  prepare(ground, prepared, kHosts);
  measure_store(ground, prepared, kOld, Packing::Before, kBegin);
  const core::Time end = kBegin + kEvery * (kOld / kHosts + 1);
  Feed feed(prepared, kOld / 2, Packing::Before, end);
  std::size_t removed = 0;
  std::vector<runtime::Task<>> tasks;
  for (int i = 0; i < kInFlight; ++i) tasks.push_back(feed.send(ground.database()));
  tasks.push_back(prune_until(ground.database(), end, step, removed));
  const auto start = Clock::now();
  ground.run(std::move(tasks));
  fmt::print("{:<44} {:>9.0f} /s  p50 {:.2f} ms  p99 {:.2f} ms, {} removed\n",
             fmt::format("ingest while pruning in steps of {}", step), kOld / 2 / seconds_since(start),
             quantile(feed.latencies(), 0.5), quantile(feed.latencies(), 0.99), removed);
}

// A host that reported every fifteen minutes for a year, among others. Its rows lie in as many pages.
void remove_host() {
  constexpr int kReports = 35'000;
  constexpr int kHosts = 10;
  Ground ground;
  Prepared prepared;
  prepare(ground, prepared, kHosts);
  measure_store(ground, prepared, kReports * kHosts, Packing::Before, kBegin);
  const auto remove = [&](std::size_t place) {
    const auto start = Clock::now();
    ground.write([&](store::Transaction& transaction) { store::remove_host(transaction, prepared.hosts[place].id); });
    return seconds_since(start) * 1000;
  };
  const double at_once = remove(0);
  std::vector<double> steps;
  for (std::size_t removed = 1; removed > 0;) {
    const auto start = Clock::now();
    ground.write([&](store::Transaction& transaction) {
      removed = store::remove_reports_of(transaction, prepared.hosts[1].id, 500);
    });
    steps.push_back(seconds_since(start) * 1000);
  }
  fmt::print("{:<44} {:.0f} ms at once; in steps of 500 p50 {:.1f} ms, p99 {:.1f} ms, then {:.0f} ms\n",
             fmt::format("remove a host with {} reports", kReports), at_once, quantile(steps, 0.5),
             quantile(steps, 0.99), remove(1));
}

}  // namespace holdfast::bench
