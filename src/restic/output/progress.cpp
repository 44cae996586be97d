#include "output/progress.hpp"

#include <algorithm>

namespace holdfast::restic {
namespace {

using namespace std::chrono_literals;

constexpr auto kInterval = 1s;
// restic's own lines come once a second and jitter: without some slack every second one would come too early.
constexpr auto kShortestInterval = 900ms;
constexpr auto kWindow = 6s;
constexpr auto kSteadyWindow = 5s;
constexpr std::size_t kMaxSamples = 600;
constexpr std::size_t kMaxCurrentFiles = 4;
// How much the rates of the older and the newer half of the window may differ in a steady backup.
constexpr double kSteadyRatio = 2.0;

double seconds_between(ProgressMeter::Moment from, ProgressMeter::Moment to) {
  return std::chrono::duration<double>(to - from).count();
}

template <class Sample>
double rate_between(const Sample& from, const Sample& to) {
  const double seconds = seconds_between(from.at, to.at);
  if (seconds <= 0 || to.bytes_done <= from.bytes_done) return 0;
  return static_cast<double>(to.bytes_done - from.bytes_done) / seconds;
}

std::vector<std::string> first_few(const std::vector<std::string>& files) {
  return {files.begin(), files.begin() + static_cast<std::ptrdiff_t>(std::min(files.size(), kMaxCurrentFiles))};
}

}  // namespace

std::optional<core::JobProgress> ProgressMeter::update(const Status& status, Moment now, runtime::WallTime wall) {
  remember(status, now);
  if (!is_due(now)) return std::nullopt;
  return core::JobProgress{.fraction = status.fraction,
                           .bytes_done = status.bytes_done,
                           .bytes_total = status.bytes_total,
                           .files_done = status.files_done,
                           .files_total = status.files_total,
                           .errors = status.errors,
                           .bytes_per_second = static_cast<std::uint64_t>(std::min(rate(), 1e18)),
                           .remaining = remaining(),
                           .current_files = first_few(status.current_files),
                           .at = wall};
}

void ProgressMeter::remember(const Status& status, Moment now) {
  window_.push_back({now, status.bytes_done, status.bytes_total});
  // The oldest sample stays until the next one alone spans the window.
  while (window_.size() > 2 && (now - window_[1].at >= kWindow || window_.size() > kMaxSamples)) window_.pop_front();
}

bool ProgressMeter::is_due(Moment now) {
  if (due_ && now < *due_) return false;
  due_ = std::max(due_.value_or(now) + kInterval, now + kShortestInterval);
  return true;
}

double ProgressMeter::rate() const {
  return rate_between(window_.front(), window_.back());
}

bool ProgressMeter::is_steady() const {
  const auto& oldest = window_.front();
  const auto& newest = window_.back();
  if (newest.at - oldest.at < kSteadyWindow || oldest.bytes_total != newest.bytes_total) return false;
  const auto& middle = window_[window_.size() / 2];
  const double older = rate_between(oldest, middle);
  const double newer = rate_between(middle, newest);
  return older > 0 && newer > 0 && older <= newer * kSteadyRatio && newer <= older * kSteadyRatio;
}

std::optional<std::chrono::seconds> ProgressMeter::remaining() const {
  const auto& newest = window_.back();
  if (newest.bytes_total == 0 || newest.bytes_done > newest.bytes_total || !is_steady()) return std::nullopt;
  const double seconds = static_cast<double>(newest.bytes_total - newest.bytes_done) / rate();
  constexpr double kLongest = 365.0 * 24 * 3600;
  if (seconds > kLongest) return std::nullopt;
  return std::chrono::seconds(static_cast<std::int64_t>(seconds + 0.5));
}

}  // namespace holdfast::restic
