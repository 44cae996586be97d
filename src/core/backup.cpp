#include "core/backup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"

namespace holdfast::core {
namespace {

constexpr std::size_t kMaxPaths = 1000;
constexpr std::size_t kMaxPathBytes = 4096;
constexpr std::size_t kMaxUrlBytes = 2048;
constexpr std::size_t kMaxSecretBytes = 4096;

Result<> invalid(std::string_view code, std::string message) {
  return fail(ErrorKind::Invalid, code, message);
}

Result<> check_path(std::string_view path) {
  if (path.empty() || path.front() != '/') return invalid("path_not_absolute", "A source path must begin with '/'.");
  if (path.size() > kMaxPathBytes) return invalid("path_too_long", "A source path is longer than 4096 bytes.");
  if (path.contains('\0')) return invalid("path_invalid", "A source path contains a NUL byte.");
  if (!is_valid_utf8(path)) return invalid("path_invalid", "A source path is not valid UTF-8.");
  return {};
}

// Excludes and tags share the shape of a line of text.
Result<> check_line(std::string_view what, std::string_view text, std::size_t limit) {
  if (text.empty()) return invalid("line_empty", fmt::format("{} must not be empty.", what));
  if (text.size() > limit) return invalid("line_too_long", fmt::format("{} is longer than {} bytes.", what, limit));
  if (!is_valid_utf8(text) || has_control_character(text)) {
    return invalid("line_invalid", fmt::format("{} contains control characters or is not valid UTF-8.", what));
  }
  return {};
}

// Where `user:password@` stands in the authority of a URL, if it does: [begin, end) without the '@'.
std::optional<std::pair<std::size_t, std::size_t>> find_user_info(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  const auto begin = scheme + 3;
  const auto end = std::min(url.find_first_of("/?#", begin), url.size());
  const auto at = url.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < begin) return std::nullopt;
  return std::pair(begin, at);
}

bool has_known_backend(std::string_view url) {
  constexpr std::string_view kBackends[] = {
      "sftp:", "rest:http://", "rest:https://", "s3:", "b2:", "azure:", "gs:", "swift:", "rclone:"};
  return url.starts_with('/') || std::ranges::any_of(kBackends, [&](auto backend) { return url.starts_with(backend); });
}

}  // namespace

Result<> check_source_set(const SourceSet& sources) {
  if (sources.paths.empty()) return invalid("no_paths", "A source group needs at least one path.");
  if (sources.paths.size() > kMaxPaths || sources.excludes.size() > kMaxPaths || sources.tags.size() > 50) {
    return invalid("too_many", "A source group has at most 1000 paths, 1000 excludes and 50 tags.");
  }
  for (const auto& path : sources.paths) {
    if (auto checked = check_path(path); !checked) return checked;
  }
  for (const auto& exclude : sources.excludes) {
    if (auto checked = check_line("An exclude pattern", exclude, kMaxPathBytes); !checked) return checked;
  }
  for (const auto& tag : sources.tags) {
    if (auto checked = check_line("A tag", tag, 100); !checked) return checked;
    if (tag.contains(',')) return invalid("tag_invalid", "A tag must not contain a comma.");
  }
  return {};
}

Result<> check_repository_access(const RepositoryAccess& access) {
  if (auto checked = check_line("The repository address", access.url, kMaxUrlBytes); !checked) return checked;
  if (!has_known_backend(access.url)) {
    return invalid("url_unknown",
                   "The repository address must be an absolute path or begin with sftp:, rest:, s3:, b2:, azure:, gs:, "
                   "swift: or rclone:.");
  }
  if (const auto info = find_user_info(access.url);
      info && access.url.substr(info->first, info->second - info->first).contains(':')) {
    return invalid(
        "url_has_password",
        "The repository address must not contain a password; enter the user and password in their own fields.");
  }
  if (access.password.empty()) return invalid("password_empty", "A repository needs a password.");
  for (const auto* secret : {&access.password, &access.server_user, &access.server_password}) {
    if (secret->size() > kMaxSecretBytes || has_control_character(*secret) || !is_valid_utf8(*secret)) {
      return invalid("secret_invalid",
                     "A user or password must be UTF-8 without control characters, of at most 4096 bytes.");
    }
  }
  if (access.server_user.empty() != access.server_password.empty()) {
    return invalid("server_login_incomplete", "The server's user and password belong together: enter both or neither.");
  }
  if (!access.server_user.empty() && !access.url.starts_with("rest:")) {
    return invalid("server_login_unused", "Only rest: repositories take a server user and password.");
  }
  return {};
}

Result<> check_name(std::string_view what, std::string_view name) {
  if (auto checked = check_line(what, name, 100); !checked) return checked;
  if (trim(name) != name) return invalid("name_blank", fmt::format("{} must not begin or end with blanks.", what));
  return {};
}

Result<> check_customer_slug(std::string_view slug) {
  const bool characters = std::ranges::all_of(slug, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
  if (slug.size() < 2 || slug.size() > 64 || !characters) {
    return invalid("customer_id_invalid", "A customer id has 2 to 64 characters of a-z, 0-9, '.', '_' and '-'.");
  }
  return {};
}

std::string redact_url(std::string_view url) {
  const auto info = find_user_info(url);
  if (!info) return std::string(url);
  return fmt::format("{}***{}", url.substr(0, info->first), url.substr(info->second));
}

}  // namespace holdfast::core
