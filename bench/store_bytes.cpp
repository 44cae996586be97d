#include "store_bench.hpp"

namespace holdfast::bench {
namespace {

// A fleet that lives day after day as the hub keeps it.
class Years {
 public:
  explicit Years(int hosts) {
    ground_.write([&](store::Transaction& transaction) { hosts_ = add_hosts(transaction, hosts); });
  }

  // A dictionary after the first day, bases, roll-ups, and reports of the last `kept` days alone.
  void live(int days, int kept) {
    for (int day = 0; day < days; ++day) {
      const core::Time midnight = kBegin + std::chrono::days(day);
      ground_.write([&](store::Transaction& transaction) { live_day(transaction, midnight); });
      if (day == 0) learn();
      if (day >= kept) prune(midnight - std::chrono::days(kept - 1));
    }
  }
  std::uintmax_t size() { return ground_.size(); }
  std::uint64_t received() const { return received_; }
  std::size_t kept() {
    std::size_t count = 0;
    ground_.write([&](store::Transaction& transaction) { count = store::count_reports(transaction); });
    return count;
  }

 private:
  void live_day(store::Transaction& transaction, core::Time midnight) {
    for (int step = 0; step < 96; ++step) {
      for (const BenchHost& host : hosts_) receive(transaction, host, midnight + kEvery * step);
    }
    for (const BenchHost& host : hosts_) roll_up(transaction, host, midnight);
  }
  void receive(store::Transaction& transaction, const BenchHost& host, core::Time at) {
    const std::string document = document_of(host, at);
    store::add_report(transaction, report_of(host, at, packer_.pack(document, host.id)));
    store::set_report_state(transaction, state_of(host, at));
    ++received_;
    if (const auto base = packer_.next_base(host.id, document, at)) {
      store::add_base(transaction, *base);
      packer_.set_base(*base);
    }
  }
  void roll_up(store::Transaction& transaction, const BenchHost& host, core::Time midnight) {
    for (int hour = 0; hour < 24; ++hour) {
      const core::Time start = midnight + std::chrono::hours(hour);
      store::put_roll_up(transaction, core::RollUpSpan::Hour, host.id, roll_up_of(start, 4));
      store::close_hour(transaction, {host.id, start, std::int64_t{1} << 60});
    }
    store::put_roll_up(transaction, core::RollUpSpan::Day, host.id, roll_up_of(midnight, 96));
  }
  void learn() {
    ground_.write([&](store::Transaction& transaction) {
      store::TrainingSamples samples;
      store::sample_reports(transaction, 1000,
                            [&](const auto& report) { samples.add(packer_.unpack(report.document)); });
      if (const auto dictionary = store::Packer::train(samples)) {
        packer_.add({store::add_dictionary(transaction, *dictionary, kBegin), *dictionary});
      }
    });
  }
  void prune(core::Time before) {
    ground_.write([&](store::Transaction& transaction) {
      store::remove_reports_before(transaction, before, 1'000'000);
      store::remove_bases_before(transaction, before, 1'000'000);
      store::give_back_space(transaction, 1'000'000);
    });
  }

  Ground ground_;
  std::vector<BenchHost> hosts_;
  store::Packer packer_;
  std::uint64_t received_ = 0;
};

}  // namespace

void bytes(int hosts, int days, int kept_days) {
  Years years(hosts);
  years.live(days, kept_days);
  const std::size_t kept = years.kept();
  const auto size = static_cast<double>(years.size());
  fmt::print("{:<44} {:>9.1f} MB  {:.0f} bytes a report kept ({}), {:.0f} a report received ({})\n",
             fmt::format("{} hosts, {} days, raw for {}", hosts, days, kept_days), size / 1e6,
             size / static_cast<double>(kept), kept, size / static_cast<double>(years.received()), years.received());
}

}  // namespace holdfast::bench
