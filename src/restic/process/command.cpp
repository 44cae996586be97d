#include "process/command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

#include "text/percent.hpp"

namespace holdfast::restic {
namespace {

constexpr std::string_view kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
// The first restic that reads RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD.
constexpr Version kRestLoginByEnvironment{0, 16, 1};
// The first that reads RESTIC_CACERT; before, Go's own variable does the same.
constexpr Version kCaByEnvironment{0, 16, 0};

void copy_variable(const Environment& from, const std::string& name, const std::string& as, Environment& to) {
  if (const auto found = from.find(name); found != from.end() && !found->second.empty()) to[as] = found->second;
}
void copy_variable(const Environment& from, const std::string& name, Environment& to) {
  copy_variable(from, name, name, to);
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

void copy_variables(const Environment& from, std::span<const std::string_view> names, Environment& to) {
  for (const auto name : names) copy_variable(from, std::string(name), to);
}
void copy_variables(const Environment& from, std::span<const core::RepositoryVariable> variables, Environment& to) {
  for (const auto& variable : variables) copy_variable(from, std::string(variable.name), to);
}

void set_variables(const Environment& inherited, const core::RepositoryAccess& access, const WorkPaths& paths,
                   const Version& version, Environment& environment) {
  const auto backend = core::backend_of(access.url);
  if (!backend) return;
  const auto credentials = core::credentials_of(*backend);
  const auto is_given = [&](const auto& one) { return access.environment.contains(std::string(one.name)); };
  if (std::ranges::none_of(credentials, is_given)) {
    copy_variables(inherited, credentials, environment);
    copy_variables(inherited, core::own_credentials_of(*backend), environment);
  }
  copy_variables(inherited, core::network_variables_of(*backend), environment);
  copy_variables(inherited, core::own_network_variables_of(*backend), environment);
  for (const auto& [name, value] : access.environment) {
    const auto* variable = core::find_variable(*backend, name);
    const bool in_file = variable && is_in_work_file(*variable, value);
    if (variable) environment[name] = in_file ? work_file_of(paths, name).native() : value;
  }
  if (version < kCaByEnvironment)
    copy_variable(Environment(environment), "RESTIC_CACERT", "SSL_CERT_FILE", environment);
}

void set_repository(const core::RepositoryAccess& access, const Version& version, Environment& environment) {
  auto& url = environment["RESTIC_REPOSITORY"];
  url = access.url;
  if (access.server_user.empty()) return;
  if (version < kRestLoginByEnvironment) {
    url = with_user_info(url,
                         text::percent_encode(access.server_user) + ":" + text::percent_encode(access.server_password));
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
  set_variables(inherited, access, paths, version, environment);
  return environment;
}

std::optional<core::JobFailure> variables_missing(const core::RepositoryAccess& access,
                                                  const Environment& environment) {
  const auto backend = core::backend_of(access.url);
  const auto missing = backend ? core::missing_variables(*backend, environment) : std::vector<std::string_view>();
  if (missing.empty()) return std::nullopt;
  return core::JobFailure{
      "credentials_missing", fmt::format("restic needs {} for this repository.", fmt::join(missing, " and ")),
      "Enter it on the repository's page, or give it to the agent of this host in its environment, then try again.",
      ""};
}

bool is_in_work_file(const core::RepositoryVariable& variable, std::string_view value) {
  return variable.kind == core::VariableKind::File && core::is_file_content(value);
}

std::filesystem::path work_file_of(const WorkPaths& paths, std::string_view variable) {
  return paths.directory / variable;
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

Arguments list_keys_arguments(const Installation& installation) {
  return {installation.program, "key", "list", "--json"};
}

Arguments add_key_arguments(const Installation& installation, const std::filesystem::path& password_file,
                            std::string_view host) {
  return {installation.program,
          "key",
          "add",
          "--new-password-file=" + password_file.native(),
          fmt::format("--host={}", host),
          "--user=holdfast"};
}

Arguments remove_key_arguments(const Installation& installation, const std::string& id) {
  return {installation.program, "key", "remove", "--", id};
}

Arguments backup_arguments(const Installation& installation, const BackupRequest& request, const WorkPaths& paths,
                           std::chrono::seconds lock_wait) {
  Arguments arguments{installation.program, "backup", "--json", "--files-from-raw=" + paths.sources.native()};
  // Not by an exclude file: restic expands $VARIABLE there and takes '#' for a comment.
  for (const auto& exclude : request.sources.excludes) arguments.push_back("--exclude=" + exclude);
  for (const auto& tag : request.sources.tags) arguments.push_back("--tag=" + tag);
  if (!request.host.empty()) arguments.push_back("--host=" + request.host);
  if (lock_wait > std::chrono::seconds()) arguments.push_back(fmt::format("--retry-lock={}s", lock_wait.count()));
  return arguments;
}

}  // namespace holdfast::restic
