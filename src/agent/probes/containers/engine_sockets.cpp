#include "probes/containers/engine_sockets.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <system_error>

#include "probes/system/kernel_text.hpp"
#include "text/utf8.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostOfUsers = 64;

// The socket that a path leads to.
std::optional<fs::path> socket_at(const fs::path& candidate) {
  std::error_code failed;
  fs::path socket = fs::canonical(candidate, failed);
  if (failed || !fs::is_socket(socket, failed)) return std::nullopt;
  return socket;
}

std::string_view take_part(std::string_view& line) {
  const std::string_view part = line.substr(0, line.find(':'));
  line.remove_prefix(std::min(part.size() + 1, line.size()));
  return part;
}

// A link of a user may lead to a socket that is not theirs to ask.
bool belongs_to(const fs::path& socket, const fs::path& folder) {
  struct stat of_socket{}, of_folder{};
  if (::lstat(socket.c_str(), &of_socket) != 0 || ::lstat(folder.c_str(), &of_folder) != 0) return false;
  return S_ISSOCK(of_socket.st_mode) && of_socket.st_uid == of_folder.st_uid;
}

}  // namespace

std::vector<EngineSocket> find_sockets(const std::vector<fs::path>& candidates) {
  std::vector<EngineSocket> found;
  for (const fs::path& candidate : candidates) {
    const auto socket = socket_at(candidate);
    if (!socket) continue;
    if (std::ranges::find(found, *socket, &EngineSocket::path) == found.end()) found.push_back({*socket, ""});
  }
  return found;
}

std::vector<EngineSocket> find_sockets_of_users(const HostPaths& paths) {
  std::vector<EngineSocket> found;
  const std::string passwd = read_or_empty(paths.etc / "passwd");
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(paths.run / "user", failed)) {
    const std::string number = entry.path().filename();
    const std::string name = find_user_name(passwd, number);
    for (const auto* place : {"docker.sock", "podman/podman.sock"}) {
      const auto socket = socket_at(entry.path() / place);
      if (!socket || !belongs_to(*socket, entry.path()) || found.size() == kMostOfUsers) continue;
      found.push_back({*socket, name.empty() ? text::to_valid_utf8(number) : name});
    }
  }
  std::ranges::sort(found, {}, &EngineSocket::path);
  return found;
}

// name:password:number:…
std::string find_user_name(std::string_view passwd, std::string_view number) {
  while (!passwd.empty()) {
    std::string_view line = take_line(passwd);
    const std::string_view name = take_part(line);
    take_part(line);
    if (!name.empty() && !number.empty() && take_part(line) == number) return text::to_valid_utf8(name);
  }
  return {};
}

}  // namespace holdfast::agent
