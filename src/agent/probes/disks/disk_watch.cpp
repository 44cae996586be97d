#include "probes/disks/disk_watch.hpp"

#include <set>

#include "probes/lanes.hpp"

namespace holdfast::agent {
namespace {

constexpr std::size_t kDiskLanes = 64;  // threads
constexpr std::chrono::hours kNoLimit{1};

bool is_asked_seldom(const Mount& mount) {
  return mount.is_automounted || is_remote(mount.fstype);
}

}  // namespace

DiskWatch::DiskWatch(runtime::Loop& loop, const runtime::Clock& clock, Options options)
    : loop_(loop), clock_(clock), options_(std::move(options)), errands_(loop) {}

runtime::Task<std::vector<DiskAnswer>> DiskWatch::look(std::vector<Mount> mounts) {
  forget_gone(mounts);
  std::vector<DiskAnswer> answers(mounts.size());
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const DiskAnswer* kept = find_kept(mounts[i]);
    if (kept)
      answers[i] = *kept;
    else
      asked.push_back(i);
  }
  const std::function<runtime::Task<>(std::size_t)> step = [&](std::size_t i) {
    return look_at(mounts[asked[i]], answers[asked[i]]);
  };
  co_await run_in_lanes(loop_, kDiskLanes, asked.size(), kNoLimit, step);
  co_return answers;
}

runtime::Task<> DiskWatch::look_at(const Mount& mount, DiskAnswer& answer) {
  std::function<DiskAnswer()> ask = [ask = options_.ask, mount] { return ask(mount); };
  auto returned = co_await errands_.run("disk:" + mount.point, std::move(ask), options_.time_limit);
  answer = returned ? std::move(*returned) : DiskAnswer{std::nullopt, "does not answer"};
  if (answer.use && is_asked_seldom(mount)) kept_[mount.point] = {answer, clock_.steady()};
}

const DiskAnswer* DiskWatch::find_kept(const Mount& mount) const {
  const auto kept = kept_.find(mount.point);
  if (kept == kept_.end() || clock_.steady() - kept->second.at >= options_.remote_interval) return nullptr;
  return &kept->second.answer;
}

void DiskWatch::forget_gone(const std::vector<Mount>& mounts) {
  std::set<std::string_view> points;
  for (const Mount& mount : mounts) points.insert(mount.point);
  std::erase_if(kept_, [&](const auto& entry) { return !points.contains(entry.first); });
}

}  // namespace holdfast::agent
