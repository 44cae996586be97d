#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "fleet/agents/agents.hpp"
#include "fleet/enrolment/enrolment.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/live/live.hpp"
#include "kit/shell/shell_view.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::web {

// The counts that every page shows. Counted anew when a host, a job or an announcement has changed, or after a second,
// however many ask.
class PulseCounter {
 public:
  PulseCounter(const runtime::Clock& clock, const fleet::Live& live, fleet::Hosts& hosts, fleet::Enrolment& enrolment,
               fleet::Jobs& jobs, const fleet::Agents& agents)
      : clock_(clock), live_(live), hosts_(hosts), enrolment_(enrolment), jobs_(jobs), agents_(agents) {}

  runtime::Task<views::Pulse> read();

 private:
  runtime::Task<views::Pulse> count();

  const runtime::Clock& clock_;
  const fleet::Live& live_;
  fleet::Hosts& hosts_;
  fleet::Enrolment& enrolment_;
  fleet::Jobs& jobs_;
  const fleet::Agents& agents_;
  std::optional<views::Pulse> counted_;
  std::uint64_t version_ = 0;
  std::chrono::steady_clock::time_point counted_at_;
};

}  // namespace holdfast::web
