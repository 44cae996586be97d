#include "core/repositories/repository_variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace holdfast::core {
namespace {

using enum VariableKind;

constexpr std::size_t kMaxVariableBytes = 16 * 1024;
constexpr std::size_t kMaxTotalBytes = 64 * 1024;

constexpr auto kS3 = std::to_array<RepositoryVariable>({
    {"AWS_ACCESS_KEY_ID", "Access key ID", Plain},
    {"AWS_SECRET_ACCESS_KEY", "Secret access key", Secret},
    {"AWS_SESSION_TOKEN", "Session token", Secret},
    {"AWS_DEFAULT_REGION", "Region", Plain},
    {"AWS_PROFILE", "Profile in the host's credentials file", Plain},
});
constexpr auto kB2 = std::to_array<RepositoryVariable>({
    {"B2_ACCOUNT_ID", "Key ID", Plain},
    {"B2_ACCOUNT_KEY", "Application key", Secret},
});
constexpr auto kAzure = std::to_array<RepositoryVariable>({
    {"AZURE_ACCOUNT_NAME", "Account name", Plain},
    {"AZURE_ACCOUNT_KEY", "Account key", Secret},
    {"AZURE_ACCOUNT_SAS", "SAS token", Secret},
    {"AZURE_ENDPOINT_SUFFIX", "Endpoint suffix", Plain},
});
constexpr auto kGoogle = std::to_array<RepositoryVariable>({
    {"GOOGLE_PROJECT_ID", "Project ID", Plain},
    {"GOOGLE_APPLICATION_CREDENTIALS", "Service account key (JSON)", File},
    {"GOOGLE_ACCESS_TOKEN", "Access token", Secret},
});
constexpr auto kSwift = std::to_array<RepositoryVariable>({
    {"OS_AUTH_URL", "Auth URL", Plain},
    {"OS_REGION_NAME", "Region", Plain},
    {"OS_USERNAME", "User", Plain},
    {"OS_USER_ID", "User ID", Plain},
    {"OS_PASSWORD", "Password", Secret},
    {"OS_USER_DOMAIN_NAME", "User domain", Plain},
    {"OS_USER_DOMAIN_ID", "User domain ID", Plain},
    {"OS_PROJECT_NAME", "Project", Plain},
    {"OS_PROJECT_DOMAIN_NAME", "Project domain", Plain},
    {"OS_PROJECT_DOMAIN_ID", "Project domain ID", Plain},
    {"OS_TENANT_NAME", "Tenant", Plain},
    {"OS_TENANT_ID", "Tenant ID", Plain},
    {"OS_TRUST_ID", "Trust ID", Plain},
    {"OS_APPLICATION_CREDENTIAL_ID", "Application credential ID", Plain},
    {"OS_APPLICATION_CREDENTIAL_NAME", "Application credential name", Plain},
    {"OS_APPLICATION_CREDENTIAL_SECRET", "Application credential secret", Secret},
    {"OS_STORAGE_URL", "Storage URL", Plain},
    {"OS_AUTH_TOKEN", "Auth token", Secret},
    {"ST_AUTH", "Auth URL (v1)", Plain},
    {"ST_USER", "User (v1)", Plain},
    {"ST_KEY", "Key (v1)", Secret},
    {"SWIFT_DEFAULT_CONTAINER_POLICY", "Container policy", Plain},
});
// Nothing else of rclone: RCLONE_CONFIG_… may name programs to run.
constexpr auto kRclone = std::to_array<RepositoryVariable>({
    {"RCLONE_CONFIG_PASS", "Password of the host's rclone.conf", Secret},
});
constexpr auto kNetwork = std::to_array<RepositoryVariable>({
    {"HTTPS_PROXY", "HTTPS proxy", Secret},
    {"HTTP_PROXY", "HTTP proxy", Secret},
    {"NO_PROXY", "No proxy for", Plain},
    {"RESTIC_CACERT", "CA certificate (PEM)", File},
    {"RESTIC_TLS_CLIENT_CERT", "Client certificate and key (PEM)", File},
});

constexpr auto kOwnS3 = std::to_array<std::string_view>(
    {"AWS_SHARED_CREDENTIALS_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE",
     "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
     "AWS_CONTAINER_AUTHORIZATION_TOKEN", "RESTIC_AWS_ASSUME_ROLE_ARN", "RESTIC_AWS_ASSUME_ROLE_SESSION_NAME",
     "RESTIC_AWS_ASSUME_ROLE_EXTERNAL_ID", "RESTIC_AWS_ASSUME_ROLE_POLICY", "RESTIC_AWS_ASSUME_ROLE_REGION",
     "RESTIC_AWS_ASSUME_ROLE_STS_ENDPOINT"});
constexpr auto kOwnAzure = std::to_array<std::string_view>({"AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET",
                                                            "AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST",
                                                            "AZURE_FORCE_CLI_CREDENTIAL"});
constexpr auto kOwnRclone = std::to_array<std::string_view>({"RCLONE_CONFIG"});
constexpr auto kOwnNetwork =
    std::to_array<std::string_view>({"https_proxy", "http_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"});

Result<> bad_variable(std::string_view name, std::string_view what) {
  return fail(ErrorKind::Invalid, "environment_invalid", fmt::format("{} {}.", name, what));
}

// Line ends belong to the content of a file and to nothing else.
bool has_unfit_character(const RepositoryVariable& variable, std::string_view value) {
  const bool content = variable.kind == File && is_file_content(value);
  return std::ranges::any_of(value, [&](char c) {
    const bool line_end = content && (c == '\n' || c == '\r' || c == '\t');
    return (static_cast<unsigned char>(c) < 0x20 && !line_end) || c == '\x7F';
  });
}

Result<> check_value(const RepositoryVariable& variable, std::string_view value) {
  if (value.empty()) return bad_variable(variable.name, "must not be empty");
  if (value.size() > kMaxVariableBytes) return bad_variable(variable.name, "is longer than 16 KiB");
  if (!text::is_valid_utf8(value) || has_unfit_character(variable, value))
    return bad_variable(variable.name, "has control characters or is not valid UTF-8");
  if (variable.kind == File && !value.starts_with('/') && !is_file_content(value))
    return bad_variable(variable.name, "must be an absolute path on the host, or the content of the file");
  return {};
}

bool has_any(const Variables& variables, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(names, [&](auto name) { return variables.contains(std::string(name)); });
}

}  // namespace

std::span<const RepositoryVariable> credentials_of(Backend backend) {
  switch (backend) {
    case Backend::S3:
      return kS3;
    case Backend::B2:
      return kB2;
    case Backend::Azure:
      return kAzure;
    case Backend::Google:
      return kGoogle;
    case Backend::Swift:
      return kSwift;
    case Backend::Rclone:
      return kRclone;
    case Backend::Local:
    case Backend::Sftp:
    case Backend::Rest:
      return {};
  }
  return {};
}

std::span<const RepositoryVariable> network_variables_of(Backend backend) {
  if (backend == Backend::Local || backend == Backend::Sftp) return {};
  return kNetwork;
}

const RepositoryVariable* find_variable(Backend backend, std::string_view name) {
  for (const auto& list : {credentials_of(backend), network_variables_of(backend)}) {
    const auto found = std::ranges::find(list, name, &RepositoryVariable::name);
    if (found != list.end()) return &*found;
  }
  return nullptr;
}

std::span<const std::string_view> own_credentials_of(Backend backend) {
  if (backend == Backend::S3) return kOwnS3;
  if (backend == Backend::Azure) return kOwnAzure;
  if (backend == Backend::Rclone) return kOwnRclone;
  return {};
}

std::span<const std::string_view> own_network_variables_of(Backend backend) {
  if (backend == Backend::Local || backend == Backend::Sftp) return {};
  return kOwnNetwork;
}

Result<> check_variables(Backend backend, const Variables& variables) {
  std::size_t total = 0;
  for (const auto& [name, value] : variables) {
    const auto* variable = find_variable(backend, name);
    if (!variable) {
      return fail(
          ErrorKind::Invalid, "environment_unknown",
          fmt::format("{} is not a variable that a repository of this kind can have.",
                      text::is_valid_utf8(name) && !text::has_control_character(name) ? text::truncate_utf8(name, 64)
                                                                                      : "This"));
    }
    if (auto checked = check_value(*variable, value); !checked) return checked;
    total += name.size() + value.size();
  }
  if (total > kMaxTotalBytes)
    return fail(ErrorKind::Invalid, "environment_invalid",
                "The variables of a repository have at most 64 KiB together.");
  return {};
}

std::vector<std::string_view> missing_variables(Backend backend, const Variables& variables) {
  std::vector<std::string_view> missing;
  const auto need = [&](std::string_view name) {
    if (!variables.contains(std::string(name))) missing.push_back(name);
  };
  if (backend == Backend::B2) {
    need("B2_ACCOUNT_ID");
    need("B2_ACCOUNT_KEY");
  }
  if (backend == Backend::Azure) need("AZURE_ACCOUNT_NAME");
  if (backend == Backend::Swift && !has_any(variables, {"OS_AUTH_URL", "OS_STORAGE_URL", "ST_AUTH"}))
    missing.emplace_back("OS_AUTH_URL");
  return missing;
}

bool is_file_content(std::string_view value) {
  const auto text = text::trim(value);
  return text.starts_with('{') || text.starts_with("-----BEGIN ");
}

}  // namespace holdfast::core
