#include "command.hpp"

#include <fmt/format.h>

#include "redaction.hpp"

namespace holdfast::restic {
namespace {

constexpr std::string_view kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
// The first restic that reads RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD.
constexpr Version kRestLoginByEnvironment{0, 16, 1};

void copy_variable(const Environment& from, const std::string& name, Environment& to) {
  if (const auto found = from.find(name); found != from.end() && !found->second.empty()) to[name] = found->second;
}

// `url` with `user_info` ("alice:secret", or empty for none) in place of what it has.
std::string with_user_info(std::string_view url, std::string_view user_info) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const auto begin = scheme + 3;
  const auto end = std::min(url.find_first_of("/?#", begin), url.size());
  const auto at = url.substr(0, end).rfind('@');
  const auto host = at == std::string_view::npos || at < begin ? begin : at + 1;
  return fmt::format("{}{}{}{}", url.substr(0, begin), user_info, user_info.empty() ? "" : "@", url.substr(host));
}

void set_repository(const core::RepositoryAccess& access, const Version& version, Environment& environment) {
  auto& url = environment["RESTIC_REPOSITORY"];
  url = access.url;
  if (access.server_user.empty()) return;
  if (version < kRestLoginByEnvironment) {
    url = with_user_info(url, percent_encode(access.server_user) + ":" + percent_encode(access.server_password));
    return;
  }
  // A user in the URL would make restic ignore the variables.
  url = with_user_info(url, "");
  environment["RESTIC_REST_USERNAME"] = access.server_user;
  environment["RESTIC_REST_PASSWORD"] = access.server_password;
}

}  // namespace

Environment base_environment(const Environment& inherited) {
  Environment environment{{"PATH", std::string(kDefaultPath)}, {"LANG", "C"}};
  for (const auto* name : {"PATH", "HOME", "SSH_AUTH_SOCK"}) copy_variable(inherited, name, environment);
  return environment;
}

Environment repository_environment(const Environment& inherited, const Installation& installation,
                                   const core::RepositoryAccess& access, const WorkPaths& paths,
                                   const Version& version) {
  Environment environment = base_environment(inherited);
  environment["RESTIC_PASSWORD_FILE"] = paths.password.native();
  environment["RESTIC_CACHE_DIR"] = installation.cache_directory.native();
  environment["RESTIC_PROGRESS_FPS"] = "1";
  environment["TMPDIR"] = paths.directory.native();
  set_repository(access, version, environment);
  return environment;
}

Arguments version_arguments(const Installation& installation) {
  return {installation.program, "version"};
}

Arguments probe_arguments(const Installation& installation) {
  return {installation.program, "cat", "config", "--no-lock"};
}

Arguments init_arguments(const Installation& installation) {
  return {installation.program, "init"};
}

Arguments unlock_arguments(const Installation& installation) {
  return {installation.program, "unlock"};
}

Arguments backup_arguments(const Installation& installation, const BackupRequest& request, const WorkPaths& paths) {
  Arguments arguments{installation.program, "backup", "--json", "--files-from-raw=" + paths.sources.native()};
  // Not by an exclude file: restic expands $VARIABLE there and takes '#' for a comment.
  for (const auto& exclude : request.sources.excludes) arguments.push_back("--exclude=" + exclude);
  for (const auto& tag : request.sources.tags) arguments.push_back("--tag=" + tag);
  if (!request.host.empty()) arguments.push_back("--host=" + request.host);
  return arguments;
}

}  // namespace holdfast::restic
