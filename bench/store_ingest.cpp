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
      const core::ReportState state = state_of(host, report.at);
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

// What a bare loop writes of a document, one a host.
using Documents = std::vector<std::string>;

Documents packed_documents(const Prepared& prepared) {
  Documents documents;
  for (const store::PackedDocument& packed : prepared.packed) documents.push_back(packed.bytes);
  return documents;
}

// Of the hosts of fill(), as they are sent or as small as the hub packs them.
Documents documents_of_filled(int hosts, bool packed) {
  Documents documents;
  store::Packer packer;
  for (int number = 0; number < hosts; ++number) {
    const FleetName name = fleet_name(number, kPerCustomer);
    const BenchHost host{new_id<core::HostId>(), name.customer, name.host};
    std::string document = document_of(host, kBegin + kEvery, kDocumentBytes);
    if (packed) {
      packer.set_base(*packer.next_base(host.id, document_of(host, kBegin, kDocumentBytes), kBegin));
      document = packer.pack(document, host.id).bytes;
    }
    documents.push_back(std::move(document));
  }
  return documents;
}

// What a bare loop writes of each report.
enum class Rows {
  Document,  // its own row
  All,       // also its hour and what is known of its host, as every report leaves them behind
};

// SQLite with nothing of ours in between, durable like the store, with as large a cache and as few checkpoints.
class BareConnection {
 public:
  explicit BareConnection(const std::filesystem::path& file) {
    check(sqlite3_open(file.c_str(), &handle_), handle_);
    run("PRAGMA synchronous = FULL; PRAGMA cache_size = -8000; PRAGMA foreign_keys = ON;"
        "PRAGMA wal_autocheckpoint = 6144;");
  }
  ~BareConnection() { sqlite3_close_v2(handle_); }
  BareConnection(const BareConnection&) = delete;
  BareConnection& operator=(const BareConnection&) = delete;

  void run(const char* sql) { check(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr), handle_); }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr), handle_);
    return statement;
  }
  void step(sqlite3_stmt* statement) {
    check(sqlite3_step(statement), handle_);
    sqlite3_reset(statement);
  }

 private:
  sqlite3* handle_ = nullptr;
};

class BareLoop {
 public:
  BareLoop(const std::filesystem::path& file, Rows rows) : connection_(file), rows_(rows) {}
  ~BareLoop() {
    for (sqlite3_stmt* statement : {insert_, hour_, state_}) sqlite3_finalize(statement);
  }
  BareLoop(const BareLoop&) = delete;
  BareLoop& operator=(const BareLoop&) = delete;

  void begin() { connection_.run("BEGIN IMMEDIATE"); }
  void commit() { connection_.run("COMMIT"); }
  void add(int host, core::Time at, std::string_view bytes) {
    const std::int64_t moment = at.time_since_epoch().count();
    sqlite3_bind_int64(insert_, 1, host);
    sqlite3_bind_int64(insert_, 2, moment);
    sqlite3_bind_blob64(insert_, 3, bytes.data(), bytes.size(), SQLITE_STATIC);
    connection_.step(insert_);
    if (rows_ == Rows::Document) return;
    sqlite3_bind_int64(hour_, 1, moment / 3'600'000);
    sqlite3_bind_int64(hour_, 2, host);
    connection_.step(hour_);
    sqlite3_bind_int64(state_, 1, host);
    sqlite3_bind_int64(state_, 2, moment);
    connection_.step(state_);
  }

 private:
  BareConnection connection_;
  Rows rows_;
  sqlite3_stmt* insert_ = connection_.prepare(
      "INSERT INTO reports (host, at, delay, flags, dictionary, base, document) VALUES (?1, ?2, 180, 0, 0, 1, ?3)");
  sqlite3_stmt* hour_ =
      connection_.prepare("INSERT INTO open_hours (hour, host) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
  sqlite3_stmt* state_ = connection_.prepare(
      "UPDATE host_state SET reported_at = ?2, received_at = ?2, silent_since = ?2, controller_version = '1.4.2', "
      "config_hash = 'sha256:0123456789abcdef', health = 0, cpu = ?2 % 100, memory = 61.5, swap = 0, load = 0.7, "
      "temperature = 51, disk = 72.4, disk_mount = '/srv', disk_used = 724, disk_total = 1000, containers = 12, "
      "containers_running = 12, containers_unhealthy = 0, uptime = ?2, backup_said_at = ?2, backup_at = ?2, "
      "backup_run_at = ?2, backup_status = 'success', backup_next = ?2, snapshots = 77, repository_bytes = ?2 "
      "WHERE host = ?1");
};

// In transactions of `in_flight`.
Rate measure_bare(const std::filesystem::path& file, const Documents& documents, int count, int in_flight,
                  core::Time begin, Rows rows) {
  BareLoop loop(file, rows);
  const int hosts = static_cast<int>(documents.size());
  const auto start = Clock::now();
  const double cpu = cpu_seconds();
  for (int i = 0; i < count; ++i) {
    if (i % in_flight == 0) loop.begin();
    loop.add(i % hosts + 1, begin + kEvery * (i / hosts + 1), documents[static_cast<std::size_t>(i % hosts)]);
    if (i % in_flight == in_flight - 1 || i == count - 1) loop.commit();
  }
  return {count / seconds_since(start), (cpu_seconds() - cpu) / count * 1e6, 0, 0};
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

void bare(const std::filesystem::path& filled, int hosts, int in_flight, std::string_view what) {
  const int count = in_flight == 1 ? 6000 : 100'000;
  const tests::TemporaryDirectory folder;
  const std::filesystem::path file = folder.path() / "holdfast.db";
  std::filesystem::copy_file(filled, file);
  const Documents documents = documents_of_filled(hosts, what == "packed");
  const core::Time begin = std::chrono::floor<core::milliseconds>(std::chrono::system_clock::now());
  const Rate rate = measure_bare(file, documents, count, in_flight, begin, what == "all" ? Rows::All : Rows::Document);
  fmt::print(R"({{"in_flight":{},"bytes":{},"per_second":{:.0f},"cpu_us":{:.1f}}})"
             "\n",
             in_flight, documents.front().size(), rate.per_second, rate.cpu);
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
  const Documents documents = packed_documents(for_bare);
  Rate bare;
  Rate packed;
  Rate packing;
  core::Time begin = kBegin;
  for (int round = 0; round < kRounds; ++round) {
    const auto better = [](const Rate& a, const Rate& b) { return a.per_second > b.per_second ? a : b; };
    bare = better(bare, measure_bare(with_bare.file(), documents, kCount, kInFlight, begin, Rows::Document));
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
