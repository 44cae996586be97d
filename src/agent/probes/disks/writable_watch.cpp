#include "probes/disks/writable_watch.hpp"

#include <utility>

#include "text/utf8.hpp"

namespace holdfast::agent {

std::vector<std::string> WritableWatch::look(const std::vector<Mount>& disks,
                                             const std::set<std::string>& writable_points) {
  std::vector<std::string> sentences;
  std::set<std::pair<std::string, std::string>> seen;
  for (const Mount& disk : disks) {
    const std::pair name(disk.source, disk.point);
    const bool was_writable = seen_writable_.contains(name);
    if (!disk.is_read_only || was_writable) seen.insert(name);
    if (!disk.is_read_only || (!was_writable && !writable_points.contains(disk.point))) continue;
    sentences.push_back(text::to_valid_utf8(disk.point) + " is read-only, although it should be writable");
  }
  seen_writable_ = std::move(seen);
  return sentences;
}

}  // namespace holdfast::agent
