// Sends reports to a hub as quickly as it takes them, or at a given rate, and prints one line of JSON about it when its
// time is over or SIGTERM comes. One thread; its texts are made before the clock starts, so that it takes less of the
// machine than the hub does.
#include <fmt/format.h>
#include <signal.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "fleet_names.hpp"
#include "report_sample.hpp"
#include "text/time.hpp"

namespace holdfast::bench {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Loop = asio::io_context;
using Executor = Loop::executor_type;
template <class T = void>
using Task = asio::awaitable<T, Executor>;
using Token = asio::as_tuple_t<asio::use_awaitable_t<Executor>>;
using Clock = std::chrono::steady_clock;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;

constexpr Token kToken;
// Each host takes turns with so many texts at least: the same text again would pack into nothing.
constexpr int kFewestTexts = 2;
constexpr int kTextsAltogether = 4000;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

struct Options {
  std::uint16_t port = 0;
  std::string key;
  int hosts = 1000;
  int per_customer = 1;
  int connections = 64;
  int warm_up = 0;  // rounds of all hosts that do not count
  double seconds = 3;
  double per_second = 0;  // of all connections; 0: as quickly as the hub answers
  std::size_t bytes = 4096;
  std::string get;  // for other programs: asks for this path, "{}" in it being the number of the host
};

core::Time wall_clock() {
  return std::chrono::floor<core::milliseconds>(std::chrono::system_clock::now());
}

std::string report_request(const Options& options, const std::string& document) {
  return fmt::format(
      "POST /api/v1/report HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n"
      "Content-Type: application/json\r\nContent-Length: {}{}{}",
      options.key, document.size(), kHeadEnd, document);
}

std::string get_request(const Options& options, int host) {
  std::string path = options.get;
  if (const auto at = path.find("{}"); at != std::string::npos) path.replace(at, 2, std::to_string(host));
  return fmt::format("GET {} HTTP/1.1\r\nHost: localhost{}", path, kHeadEnd);
}

// A whole request. The timestamp of a report is written over before each use.
class Text {
 public:
  Text(const Options& options, int host, int round) {
    if (!options.get.empty()) {
      request_ = get_request(options, host);
      return;
    }
    const FleetName name = fleet_name(host, options.per_customer);
    const core::Time at = wall_clock() - std::chrono::minutes(15) * round;
    request_ = report_request(
        options, tests::sample_report(name.customer, name.host, at, static_cast<std::uint32_t>(round), options.bytes));
    constexpr std::string_view kName = R"("timestamp":")";
    timestamp_ = request_.find(kName) + kName.size();
  }

  std::string_view stamped(core::Time at) {
    if (timestamp_ == 0) return request_;
    const std::string text = text::format_time(at);
    std::ranges::copy(text, request_.begin() + static_cast<std::ptrdiff_t>(timestamp_));
    return request_;
  }

 private:
  std::string request_;
  std::size_t timestamp_ = 0;  // where it begins; 0: there is none
};

// Each host by turns, each time round another of its texts. Two connections never use one at the same time while there
// are fewer connections than hosts.
class Texts {
 public:
  explicit Texts(const Options& options) {
    const int rounds = std::max(kFewestTexts, kTextsAltogether / options.hosts);
    texts_.reserve(static_cast<std::size_t>(rounds * options.hosts));
    for (int round = 0; round < rounds; ++round) {
      for (int host = 0; host < options.hosts; ++host) texts_.emplace_back(options, host, round);
    }
  }

  std::string_view next() { return texts_[next_++ % texts_.size()].stamped(wall_clock()); }

 private:
  std::vector<Text> texts_;
  std::size_t next_ = 0;
};

struct Answer {
  int status = 0;  // 0: the connection ended
  std::size_t size = 0;
};

// Of the head in `received`, once it is complete.
std::optional<Answer> read_head(std::string_view received) {
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  const auto end = received.find(kHeadEnd);
  if (end == std::string_view::npos) return std::nullopt;
  Answer answer;
  std::size_t length = 0;
  const auto at = received.find(kLength);
  if (at < end) std::from_chars(received.data() + at + kLength.size(), received.data() + end, length);
  constexpr std::size_t kStatusAt = std::string_view("HTTP/1.1 ").size();
  std::from_chars(received.data() + kStatusAt, received.data() + kStatusAt + 3, answer.status);
  answer.size = end + kHeadEnd.size() + length;
  return answer;
}

class Connection {
 public:
  explicit Connection(Loop& loop) : socket_(loop.get_executor()) {}

  Task<> open(std::uint16_t port) {
    const asio::ip::tcp::endpoint hub(asio::ip::address_v4::loopback(), port);
    const auto [error] = co_await socket_.async_connect(hub, kToken);
    if (error) throw std::runtime_error("cannot connect: " + error.message());
    socket_.set_option(asio::ip::tcp::no_delay(true));
  }

  Task<int> send(std::string_view request) {
    const auto [error, written] = co_await asio::async_write(socket_, asio::buffer(request), kToken);
    if (error) co_return 0;
    std::size_t received = 0;
    while (received < sizeof(buffer_)) {
      const auto [failed, count] =
          co_await socket_.async_read_some(asio::buffer(buffer_ + received, sizeof(buffer_) - received), kToken);
      if (failed) co_return 0;
      received += count;
      const auto answer = read_head({buffer_, received});
      if (answer && received >= answer->size) co_return answer->status;
    }
    co_return 0;
  }

 private:
  Socket socket_;
  char buffer_[8192];
};

struct Outcome {
  std::vector<double> times;  // milliseconds, of reports that were stored
  int duplicates = 0;
  int errors = 0;
};

class Load {
 public:
  Load(Loop& loop, const Options& options) : loop_(loop), options_(options), texts_(options) {}

  Task<> run() {
    signals_.async_wait([this](boost::system::error_code error, int) { stopped_ = !error; });
    for (int i = 0; i < options_.connections; ++i) {
      connections_.push_back(std::make_unique<Connection>(loop_));
      co_await connections_.back()->open(options_.port);
    }
    unsent_ = options_.warm_up * options_.hosts;
    co_await together(&Load::warm_up);
    outcome_ = {};
    begin_ = Clock::now();
    cpu_ = processor_time();
    co_await together(&Load::keep_sending);
    seconds_ = std::chrono::duration<double>(Clock::now() - begin_).count();
    cpu_ = processor_time() - cpu_;
  }

  void print() {
    auto& times = outcome_.times;
    std::ranges::sort(times);
    const auto quantile = [&](double share) {
      return times.empty() ? 0 : times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    const auto count = static_cast<double>(std::max<std::size_t>(times.size(), 1));
    fmt::print(
        R"({{"connections":{},"reports":{},"per_second":{:.0f},"p50":{:.3f},"p99":{:.3f},"max":{:.3f},"duplicates":{},"errors":{},"cpu_us":{:.1f}}})"
        "\n",
        options_.connections, times.size(), static_cast<double>(times.size()) / seconds_, quantile(0.5), quantile(0.99),
        quantile(1), outcome_.duplicates, outcome_.errors, cpu_ * 1e6 / count);
  }

 private:
  using Lane = Task<> (Load::*)(Connection&);

  static double processor_time() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  }

  // One lane on each connection; returns when all have ended.
  Task<> together(Lane lane) {
    Timer all_ended(loop_.get_executor(), Clock::time_point::max());
    std::size_t running = connections_.size();
    std::exception_ptr failure;
    for (const auto& connection : connections_) {
      asio::co_spawn(loop_, (this->*lane)(*connection), [&](std::exception_ptr error) {
        if (error) failure = error;
        if (--running == 0) all_ended.cancel();
      });
    }
    co_await all_ended.async_wait(kToken);
    if (failure) std::rethrow_exception(failure);
  }

  Task<> warm_up(Connection& connection) {
    while (unsent_-- > 0) co_await send_one(connection, Clock::now());
  }

  Task<> keep_sending(Connection& connection) {
    const auto end =
        begin_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options_.seconds));
    Timer timer(loop_.get_executor());
    while (true) {
      const auto due = next_due();
      if (stopped_ || due >= end) co_return;
      if (due > Clock::now()) {
        timer.expires_at(due);
        co_await timer.async_wait(kToken);
      }
      co_await send_one(connection, due);
    }
  }

  // At a given rate the wait for a free connection counts as time of the report.
  Clock::time_point next_due() {
    if (options_.per_second <= 0) return Clock::now();
    const std::chrono::duration<double> after(static_cast<double>(slots_++) / options_.per_second);
    return begin_ + std::chrono::duration_cast<Clock::duration>(after);
  }

  Task<> send_one(Connection& connection, Clock::time_point due) {
    const int status = co_await connection.send(texts_.next());
    if (status == 0) throw std::runtime_error("the hub closed a connection");
    if (status == (options_.get.empty() ? 201 : 200)) {
      outcome_.times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - due).count());
    } else {
      ++(status == 200 ? outcome_.duplicates : outcome_.errors);
    }
  }

  Loop& loop_;
  const Options& options_;
  Texts texts_;
  asio::basic_signal_set<Executor> signals_{loop_.get_executor(), SIGTERM};
  bool stopped_ = false;
  std::vector<std::unique_ptr<Connection>> connections_;
  int unsent_ = 0;
  std::uint64_t slots_ = 0;
  Clock::time_point begin_;
  double seconds_ = 0;
  double cpu_ = 0;
  Outcome outcome_;
};

int run(int argc, const char* const* argv) {
  CLI::App cli("Sends reports to a hub", "report_load");
  Options options;
  cli.add_option("--port", options.port, "Port of the hub on this machine")->required();
  cli.add_option("--key", options.key, "Its api.report_api_key");
  cli.add_option("--hosts", options.hosts, "How many hosts report")->check(CLI::PositiveNumber);
  cli.add_option("--per-customer", options.per_customer, "How many of them a customer has")->check(CLI::PositiveNumber);
  cli.add_option("--connections", options.connections, "No more than hosts")->check(CLI::PositiveNumber);
  cli.add_option("--warm-up", options.warm_up, "How often all hosts report before it counts");
  cli.add_option("--seconds", options.seconds, "How long it counts");
  cli.add_option("--per-second", options.per_second, "Reports of all connections; 0: as many as the hub takes");
  cli.add_option("--bytes", options.bytes, "Of each report");
  cli.add_option("--get", options.get, "Send GET of this path instead; {} in it is the number of the host");
  CLI11_PARSE(cli, argc, argv);
  Loop loop(1);
  Load load(loop, options);
  std::exception_ptr failure;
  asio::co_spawn(loop, load.run(), [&](std::exception_ptr error) {
    failure = error;
    loop.stop();
  });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  load.print();
  return 0;
}

}  // namespace
}  // namespace holdfast::bench

int main(int argc, char** argv) {
  try {
    return holdfast::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "report_load: " << error.what() << "\n";
    return 1;
  }
}
