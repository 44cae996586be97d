#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

// A fleet of agents in one process, for load tests and for trying the hub out: they speak the real protocol through the
// real code, but run no restic.
namespace holdfast::fleetsim {

struct Options {
  std::string hub_url;
  std::vector<std::string> bearers;  // one agent each
  std::size_t connecting_at_once = 64;
  std::size_t log_lines = 5;  // of each job it is given
};

// Connects all agents, answers every job with a finished one, and runs until SIGTERM or SIGINT. Prints "connected N"
// each time the number of connected agents reaches the size of the fleet. The result is the exit code.
int simulate(const Options& options);

// main(), without the process around it.
int run(int argc, const char* const* argv);

}  // namespace holdfast::fleetsim
