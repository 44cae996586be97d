#include "probes/smart.hpp"

#include <algorithm>
#include <array>

#include "probes/json_members.hpp"
#include "probes/lanes.hpp"
#include "probes/program_run.hpp"

namespace holdfast::agent {
namespace {

constexpr int kFailing = 1 << 3;
constexpr int kPrefail = 1 << 4;
constexpr std::size_t kLanes = 4;
constexpr std::array<std::string_view, 3> kFromBest{"passed", "prefail", "failing"};

}  // namespace

std::string parse_smart(std::string_view text, int exit_status) {
  const auto passed = flag_at(parse_json(text), {"smart_status", "passed"});
  if (!passed) return {};
  if (!*passed || (exit_status & kFailing)) return "failing";
  return exit_status & kPrefail ? "prefail" : "passed";
}

SmartWatch::SmartWatch(runtime::Loop& loop, const runtime::Clock& clock, Options options)
    : loop_(loop), clock_(clock), options_(std::move(options)), errands_(loop) {}

bool SmartWatch::is_due(const std::string& disk) const {
  const auto known = known_.find(disk);
  return known == known_.end() || clock_.steady() - known->second.asked >= options_.interval;
}

runtime::Task<> SmartWatch::refresh(std::vector<std::string> disks) {
  std::erase_if(disks, [this](const std::string& disk) { return !is_due(disk); });
  const std::function<runtime::Task<>(std::size_t)> step = [&](std::size_t i) { return ask(disks[i]); };
  co_await run_in_lanes(loop_, kLanes, disks.size(), options_.longest, step);
}

runtime::Task<> SmartWatch::ask(const std::string& disk) {
  std::vector<std::string> arguments{options_.program, "-j", "-H", "-n", "standby", "/dev/" + disk};
  const auto output = co_await run_system_program(errands_, std::move(arguments), options_.time_limit);
  Known& known = known_[disk];
  known.asked = clock_.steady();
  if (!output || !output->status.code) co_return;
  // A disk that sleeps is as well as it was when it fell asleep.
  std::string status = parse_smart(output->out, *output->status.code);
  if (!status.empty()) known.status = std::move(status);
}

std::string SmartWatch::status_of(const std::vector<std::string>& disks) const {
  std::string worst;
  for (const std::string& disk : disks) {
    const auto known = known_.find(disk);
    if (known == known_.end() || known->second.status.empty()) continue;
    const auto rank = [](std::string_view status) { return std::ranges::find(kFromBest, status); };
    if (worst.empty() || rank(known->second.status) > rank(worst)) worst = known->second.status;
  }
  return worst;
}

}  // namespace holdfast::agent
