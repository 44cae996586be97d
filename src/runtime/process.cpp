#include <fmt/format.h>

#include <sstream>
#include <system_error>

#include "runtime/files.hpp"
#include "runtime/subprocess.hpp"

namespace holdfast::runtime {
namespace {

constexpr int kStartTimeField = 22;  // of /proc/<pid>/stat, in clock ticks since boot; the state is field 3

struct Stat {
  char state;
  std::string start_time;
};

// The name in field 2 may hold anything, blanks and brackets too, so counting begins behind its last bracket.
std::optional<Stat> parse_stat(const std::string& text) {
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  Stat stat{};
  fields >> stat.state;
  for (int field = 4; field <= kStartTimeField; ++field) fields >> stat.start_time;
  if (!fields) return std::nullopt;
  return stat;
}

std::optional<Stat> stat_of(pid_t pid) {
  try {
    const auto text = read_file(fmt::format("/proc/{}/stat", pid));
    return text ? parse_stat(*text) : std::nullopt;
  } catch (const std::system_error&) {
    return std::nullopt;  // it ended between opening and reading
  }
}

}  // namespace

std::optional<std::string> process_start_time(pid_t pid) {
  const auto stat = stat_of(pid);
  if (!stat || stat->state == 'Z' || stat->state == 'X') return std::nullopt;
  std::string boot = read_file("/proc/sys/kernel/random/boot_id").value_or("");
  if (boot.ends_with('\n')) boot.pop_back();
  return boot + ":" + stat->start_time;
}

}  // namespace holdfast::runtime
