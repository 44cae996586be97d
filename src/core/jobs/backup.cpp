#include "core/jobs/backup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/jobs/exclude_pattern.hpp"
#include "text/ascii.hpp"
#include "text/look_alike.hpp"
#include "text/utf8.hpp"

namespace holdfast::core {
namespace {

constexpr std::size_t kMaxPaths = 1000;
constexpr std::size_t kMaxPathBytes = 4096;
constexpr std::size_t kMaxSecretBytes = 4096;
constexpr std::size_t kMinNewPassword = 12;

Result<> invalid(std::string_view code, std::string message) {
  return fail(ErrorKind::Invalid, code, message);
}

Result<> check_path(std::string_view path) {
  if (path.empty() || path.front() != '/') return invalid("path_not_absolute", "A source path must begin with '/'.");
  if (path.size() > kMaxPathBytes) return invalid("path_too_long", "A source path is longer than 4096 bytes.");
  if (path.contains('\0')) return invalid("path_invalid", "A source path contains a NUL byte.");
  if (!text::is_valid_utf8(path)) return invalid("path_invalid", "A source path is not valid UTF-8.");
  return {};
}

// Excludes and tags share the shape of a line of text.
Result<> check_line(std::string_view what, std::string_view text, std::size_t limit) {
  if (text.empty()) return invalid("line_empty", fmt::format("{} must not be empty.", what));
  if (text.size() > limit) return invalid("line_too_long", fmt::format("{} is longer than {} bytes.", what, limit));
  if (!text::is_valid_utf8(text) || text::has_control_character(text)) {
    return invalid("line_invalid", fmt::format("{} contains control characters or is not valid UTF-8.", what));
  }
  return {};
}

// "/srv//vault/" is "/srv/vault".
std::string plain_path(std::string_view path) {
  std::string plain;
  for (const char c : path) {
    if (c != '/' || !plain.ends_with('/')) plain += c;
  }
  if (plain.size() > 1 && plain.ends_with('/')) plain.pop_back();
  return plain;
}

bool leaves_its_folder(std::string_view path) {
  return path.contains("/../") || path.ends_with("/..");
}

// Whether `path` is `folder` or lies below it; both plain.
bool is_below(std::string_view path, std::string_view folder) {
  if (folder == "/") return true;
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

// Patterns with wildcards get the benefit of the doubt.
bool may_exclude(std::string_view pattern, const std::string& folder) {
  if (pattern.find_first_of("*?[") != pattern.npos) return true;
  if (pattern.starts_with('/')) return is_below(folder, plain_path(pattern));
  return (folder + "/").contains(fmt::format("/{}/", pattern));
}

Result<> check_unique(std::vector<std::string> texts, std::string_view code, std::string_view what) {
  std::ranges::sort(texts);
  const auto twice = std::ranges::adjacent_find(texts);
  if (twice == texts.end()) return {};
  return invalid(code, fmt::format("{} is given twice: {}", what, text::to_valid_utf8(*twice)));
}

Result<> check_login(const RepositoryAccess& access) {
  for (const auto* secret : {&access.password, &access.server_user, &access.server_password}) {
    if (secret->size() > kMaxSecretBytes || text::has_control_character(*secret) || !text::is_valid_utf8(*secret)) {
      return invalid("secret_invalid",
                     "A user or password must be UTF-8 without control characters, of at most 4096 bytes.");
    }
  }
  if (access.server_user.empty() != access.server_password.empty()) {
    return invalid("server_login_incomplete", "The server's user and password belong together: enter both or neither.");
  }
  if (!access.server_user.empty() && backend_of(access.url) != Backend::Rest) {
    return invalid("server_login_unused", "Only rest: repositories take a server user and password.");
  }
  return {};
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
    if (!is_exclude_pattern(exclude)) {
      return invalid("exclude_invalid", fmt::format("restic cannot read the exclude pattern {}: a '[' needs its ']', "
                                                    "a backslash something behind it.",
                                                    exclude));
    }
  }
  for (const auto& tag : sources.tags) {
    if (auto checked = check_line("A tag", tag, 100); !checked) return checked;
    if (tag.contains(',')) return invalid("tag_invalid", "A tag must not contain a comma.");
  }
  return {};
}

Result<> check_new_source_set(const SourceSet& sources) {
  if (auto checked = check_source_set(sources); !checked) return checked;
  std::vector<std::string> paths;
  for (const auto& path : sources.paths) {
    if (leaves_its_folder(path)) return invalid("path_invalid", "A source path must not have '..' in it.");
    paths.push_back(plain_path(path));
  }
  for (const auto& tag : sources.tags) {
    if (tag.contains(' ')) return invalid("tag_invalid", "A tag must not contain a space: it ends the tag.");
  }
  if (auto checked = check_unique(std::move(paths), "path_twice", "A source path"); !checked) return checked;
  if (auto checked = check_unique(sources.excludes, "exclude_twice", "An exclude pattern"); !checked) return checked;
  return check_unique(sources.tags, "tag_twice", "A tag");
}

Result<> check_repository_access(const RepositoryAccess& access) {
  if (auto checked = check_repository_address(access.url); !checked) return checked;
  if (access.password.empty()) return invalid("password_empty", "A repository needs a password.");
  if (auto checked = check_login(access); !checked) return checked;
  return check_variables(*backend_of(access.url), access.environment);
}

Result<> check_typed_password(std::string_view password, PasswordOf of) {
  if (text::trim(password) != password) {
    return invalid(
        "password_blank",
        "The repository password must not begin or end with spaces: restic leaves them out when it reads it.");
  }
  if (of == PasswordOf::Existing_repository || password.size() >= kMinNewPassword) return {};
  return invalid("password_short",
                 fmt::format("A repository password must have at least {} characters, unless the repository exists and "
                             "has this one already: say so then.",
                             kMinNewPassword));
}

bool is_inside_sources(std::string_view url, const SourceSet& sources) {
  if (backend_of(url) != Backend::Local) return false;
  const auto folder = plain_path(url);
  const auto holds = [&](const auto& path) { return is_below(folder, plain_path(path)); };
  const auto excludes = [&](const auto& pattern) { return may_exclude(pattern, folder); };
  return std::ranges::any_of(sources.paths, holds) && std::ranges::none_of(sources.excludes, excludes);
}

Result<> check_name(std::string_view what, std::string_view name) {
  if (auto checked = check_line(what, name, 100); !checked) return checked;
  if (text::has_hidden_character(name))
    return invalid("name_hidden", fmt::format("{} must not have characters that cannot be seen.", what));
  if (text::trim(name) != name)
    return invalid("name_blank", fmt::format("{} must not begin or end with spaces.", what));
  return {};
}

Result<> check_customer_slug(std::string_view slug) {
  const bool characters = std::ranges::all_of(
      slug, [](char c) { return (c >= 'a' && c <= 'z') || text::is_digit(c) || c == '.' || c == '_' || c == '-'; });
  if (slug.size() < 2 || slug.size() > 64 || !characters) {
    return invalid("customer_id_invalid", "A customer ID has 2 to 64 characters of a-z, 0-9, '.', '_' and '-'.");
  }
  return {};
}

}  // namespace holdfast::core
