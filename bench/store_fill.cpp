#include <sqlite3.h>

#include <stdexcept>

#include "store/accounts/accounts.hpp"
#include "store/hosts/fleet_list.hpp"
#include "store_bench.hpp"
#include "text/time.hpp"

namespace holdfast::bench {
namespace {

constexpr std::chrono::days kKept{90};
constexpr int kStepsADay = 96;
// Of so many hosts one is silent since two hours ago.
constexpr int kOneSilentOf = 50;
constexpr int kSilentSteps = 8;

// Written through the store, but for what it would take an hour to write: of roll-ups one host has its own, and the
// others have copies.
class Filler {
 public:
  Filler(const std::filesystem::path& folder, int hosts)
      : ground_(folder), now_(std::chrono::floor<core::milliseconds>(std::chrono::system_clock::now())) {
    ground_.write([&](store::Transaction& transaction) {
      hosts_ = add_hosts(transaction, hosts, kPerCustomer);
      for (const BenchHost& host : hosts_) pack(transaction, host);
    });
  }

  void fill(Days days) {
    report_a_day(now_ - kKept - std::chrono::days(1));
    report_a_day(now_ - std::chrono::days(1));
    ground_.write([&](store::Transaction& transaction) { roll_up(transaction); });
    ground_.write([&](store::Transaction& transaction) {
      for (const BenchHost& host : hosts_)
        store::set_status(transaction, host.id, {core::HostState::Ok, {}, now_, now_});  // to be judged at once
      store::set_setting(transaction, "hub.pruned_at", text::format_time(now_ - std::chrono::days(1)));
    });
    ground_.close();
    finish();
    if (days == Days::All) copy_days();
  }

 private:
  void pack(store::Transaction& transaction, const BenchHost& host) {
    const auto base = packer_.next_base(host.id, document_of(host, now_ - kEvery), now_);
    store::add_base(transaction, *base);
    packer_.set_base(*base);
    packed_.push_back(packer_.pack(document_of(host, now_), host.id));
  }

  void report_a_day(core::Time begin) {
    for (int step = 0; step < kStepsADay; ++step) {
      ground_.write([&](store::Transaction& transaction) { report_all(transaction, begin, step); });
    }
  }
  void report_all(store::Transaction& transaction, core::Time begin, int step) {
    const core::milliseconds apart = core::milliseconds(kEvery) / static_cast<int>(hosts_.size());
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      if (i % kOneSilentOf == 0 && step >= kStepsADay - kSilentSteps) continue;
      const core::Time at = begin + kEvery * step + apart * static_cast<int>(i);
      store::add_report(transaction, report_of(hosts_[i], at, packed_[i]));
      if (step < kStepsADay - kSilentSteps - 1) continue;
      store::set_report_state(transaction, state_of(hosts_[i], at));
    }
  }

  void roll_up(store::Transaction& transaction) {
    const core::Time end = std::chrono::floor<std::chrono::hours>(now_);
    for (core::Time hour = end - kKept; hour < end; hour += std::chrono::hours(1))
      store::put_roll_up(transaction, core::RollUpSpan::Hour, hosts_.front().id, roll_up_of(hour, 4));
    const core::Time today = std::chrono::floor<std::chrono::days>(now_);
    for (core::Time day = today - kKept; day < today; day += std::chrono::days(1))
      store::put_roll_up(transaction, core::RollUpSpan::Day, hosts_.front().id, roll_up_of(day, kStepsADay));
  }

  // Past the store: copies of the roll-ups, and no hour is left to be rolled up but the present one.
  void finish() {
    run("INSERT INTO roll_ups (host, span, chunk, points) SELECT h.id, r.span, r.chunk, r.points FROM hosts AS h "
        "CROSS JOIN roll_ups AS r WHERE r.host = 1 AND h.id <> 1 ORDER BY h.id;"
        "DELETE FROM open_hours WHERE hour < (SELECT max(hour) FROM open_hours);"
        "PRAGMA wal_checkpoint(TRUNCATE);");
  }

  // Copies of the last day for each of the days between. With the index there from the beginning each row would go to
  // another page of it, which takes hours.
  void copy_days() {
    std::string sql =
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN;"
        "ALTER TABLE reports RENAME TO sample;"
        "CREATE TABLE reports (id INTEGER PRIMARY KEY, host INTEGER NOT NULL REFERENCES hosts ON DELETE CASCADE, "
        "at INTEGER NOT NULL, delay INTEGER NOT NULL, flags INTEGER NOT NULL, dictionary INTEGER NOT NULL, "
        "base INTEGER NOT NULL, document BLOB NOT NULL) STRICT;";
    for (auto day = kKept + std::chrono::days(1); day.count() > 0; --day) {
      sql += fmt::format(
          "INSERT INTO reports SELECT NULL, host, at - {}, delay, flags, dictionary, base, document FROM sample "
          "WHERE at >= {} ORDER BY id;",
          core::milliseconds(day - std::chrono::days(1)).count(),
          (now_ - std::chrono::days(1)).time_since_epoch().count());
    }
    run(sql +
        "DROP TABLE sample; CREATE UNIQUE INDEX reports_by_host ON reports (host, at); COMMIT;"
        "PRAGMA journal_mode = WAL;");
  }

  void run(const std::string& sql) {
    sqlite3* handle = nullptr;
    sqlite3_open(ground_.file().c_str(), &handle);
    const bool done = sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    const std::string error = sqlite3_errmsg(handle);
    sqlite3_close(handle);
    if (!done) throw std::runtime_error(error);
  }

  Ground ground_;
  core::Time now_;
  std::vector<BenchHost> hosts_;
  store::Packer packer_;
  std::vector<store::PackedDocument> packed_;
};

}  // namespace

void fill(const std::filesystem::path& folder, int hosts, Days days) {
  const auto start = Clock::now();
  std::filesystem::create_directories(folder);
  Filler(folder, hosts).fill(days);
  fmt::print(R"({{"hosts":{},"bytes":{},"seconds":{:.0f}}})"
             "\n",
             hosts, std::filesystem::file_size(folder / "holdfast.db"), seconds_since(start));
}

}  // namespace holdfast::bench
