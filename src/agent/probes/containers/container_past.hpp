#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "probes/containers/containers.hpp"

namespace holdfast::agent {

// What is remembered of one container from look to look. Moments are of a steady clock.
class ContainerPast {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // Counts restarts. One that ends again and again is "running" and "restarting" by turns: until it has gone on for a
  // while, it is taken to be restarting.
  void note_state(const std::string& state, Moment now);
  void note_restarts(std::optional<std::uint64_t> restarts, Moment now);
  bool restarted_lately(Moment now) const;
  bool keeps_restarting(Moment now) const;

  // Of engines whose list does not tell it.
  void note_health(std::string health, Moment now);
  const std::string& health() const { return health_; }
  // One that has a check is asked each time, others seldom: they hardly ever get one.
  bool is_health_due(Moment now) const;

  // How busy it was since the last time, 100 for each processor; before there is one, what the engine itself saw.
  std::optional<double> note_statistics(const Statistics& statistics, Moment now);
  bool has_statistics() const { return cpu_nanoseconds_.has_value(); }
  Moment asked_for_statistics() const { return statistics_at_; }

  Moment seen;  // in the list of its engine

 private:
  std::optional<std::uint64_t> restarts_;
  unsigned in_a_row_ = 0;  // restarts without a long time between them
  Moment restarted_at_;
  std::string health_;
  std::optional<Moment> health_at_;
  std::optional<std::uint64_t> cpu_nanoseconds_;
  Moment statistics_at_;
};

}  // namespace holdfast::agent
