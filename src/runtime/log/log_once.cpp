#include "runtime/log/log_once.hpp"

#include <mutex>
#include <set>

namespace holdfast::runtime::log {

bool is_first(const std::string& what) {
  constexpr std::size_t kMostKnown = 1000;
  static std::mutex mutex;
  static std::set<std::string> known;
  const std::lock_guard lock(mutex);
  return known.size() < kMostKnown && known.insert(what).second;
}

}  // namespace holdfast::runtime::log
