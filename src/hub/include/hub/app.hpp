#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>

#include "hub/options.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::hub {

// The whole hub in one object, so that a test can start two of them in one process. Construction builds everything that
// can fail (throws std::runtime_error with a sentence); destruction is the reverse of construction.
class App {
 public:
  App(runtime::Loop& loop, Options options, std::string version);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  // Starts to answer. Before that it prints the address to `out`, and while there is no user the set-up link, which is
  // in the file "setup-link" of the data folder as well until the first admin is made.
  runtime::Task<> start(std::ostream& out);
  // Stops taking requests, lets running ones end, writes what is in memory. Takes a few seconds at most.
  runtime::Task<> stop();
  std::uint16_t port() const;

 private:
  struct Pieces;
  static void start_rounds(Pieces& pieces);

  std::unique_ptr<Pieces> pieces_;
};

// `holdfast-hub [serve]`: runs until SIGTERM or SIGINT. The result is the exit code.
int serve(const Options& options);

// `holdfast-hub seed-demo`: makes a host with a source group and a local repository in the database of a hub that is
// not running, and prints "token=…", with which an agent becomes that host.
int seed_demo(const Options& options, const std::string& source, const std::string& repository);

// `holdfast-hub seed-fleet`: makes `count` hosts for holdfast-fleetsim and prints their bearers, one a line.
int seed_fleet(const Options& options, std::size_t count);

// main(), without the process around it.
int run(int argc, const char* const* argv);

}  // namespace holdfast::hub
