#include <fmt/format.h>

#include <filesystem>
#include <sstream>
#include <system_error>

#include "runtime/files/files.hpp"
#include "runtime/process/subprocess.hpp"
#include "text/number.hpp"

namespace holdfast::runtime {
namespace {

constexpr int kParentField = 4;
constexpr int kStartTimeField = 22;  // of /proc/<pid>/stat, in clock ticks since boot; the state is field 3

struct Stat {
  char state;
  pid_t parent;
  std::string start_time;
};

// The name in field 2 may hold anything, blanks and brackets too, so counting begins behind its last bracket.
std::optional<Stat> parse_stat(const std::string& text) {
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  Stat stat{};
  fields >> stat.state >> stat.parent;
  for (int field = kParentField + 1; field <= kStartTimeField; ++field) fields >> stat.start_time;
  if (!fields) return std::nullopt;
  return stat;
}

std::string read_of(pid_t pid, std::string_view name) {
  try {
    return read_file(fmt::format("/proc/{}/{}", pid, name)).value_or("");
  } catch (const std::system_error&) {
    return {};  // it ended between opening and reading, or is somebody else's
  }
}

std::optional<Stat> stat_of(pid_t pid) {
  return parse_stat(read_of(pid, "stat"));
}

}  // namespace

std::optional<std::string> process_start_time(pid_t pid) {
  const auto stat = stat_of(pid);
  if (!stat || stat->state == 'Z' || stat->state == 'X') return std::nullopt;
  std::string boot = read_file("/proc/sys/kernel/random/boot_id").value_or("");
  if (boot.ends_with('\n')) boot.pop_back();
  return boot + ":" + stat->start_time;
}

std::vector<pid_t> process_ids() {
  std::vector<pid_t> ids;
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc", error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (const auto pid = text::parse_number<pid_t>(name)) ids.push_back(*pid);
  }
  return ids;
}

std::optional<pid_t> parent_of(pid_t pid) {
  const auto stat = stat_of(pid);
  return stat ? std::optional(stat->parent) : std::nullopt;
}

bool has_in_environment(pid_t pid, std::string_view variable) {
  const std::string environment = '\0' + read_of(pid, "environ") + '\0';
  return environment.contains('\0' + std::string(variable) + '\0');
}

}  // namespace holdfast::runtime
