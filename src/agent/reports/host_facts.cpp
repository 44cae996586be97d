#include "reports/host_facts.hpp"

#include <sys/utsname.h>

#include <system_error>

#include "runtime/files/files.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace holdfast::agent {

std::string pretty_name(std::string_view os_release) {
  constexpr std::string_view kKey = "PRETTY_NAME=";
  while (!os_release.empty()) {
    const auto end = os_release.find('\n');
    std::string_view line = text::trim(os_release.substr(0, end));
    os_release.remove_prefix(end == std::string_view::npos ? os_release.size() : end + 1);
    if (!line.starts_with(kKey)) continue;
    line.remove_prefix(kKey.size());
    const bool quoted =
        line.size() >= 2 && (line.front() == '"' || line.front() == '\'') && line.front() == line.back();
    if (quoted) line = line.substr(1, line.size() - 2);
    if (!line.empty()) return text::to_valid_utf8(line);
  }
  return "Linux";
}

namespace {

// No reason to stay away from the hub.
std::string read_os_release() {
  try {
    return runtime::read_file("/etc/os-release").value_or("");
  } catch (const std::system_error&) {
    return {};
  }
}

}  // namespace

HostFacts read_host_facts() {
  utsname machine{};
  ::uname(&machine);
  return {text::to_valid_utf8(machine.nodename), pretty_name(read_os_release()), machine.machine, machine.release};
}

std::string_view agent_version() {
  return HOLDFAST_VERSION;
}

}  // namespace holdfast::agent
