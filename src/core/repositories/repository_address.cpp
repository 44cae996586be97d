#include "core/repositories/repository_address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "text/ascii.hpp"
#include "text/number.hpp"
#include "text/utf8.hpp"

namespace holdfast::core {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxUrlBytes = 2048;
constexpr auto kBackends = std::to_array<std::pair<std::string_view, Backend>>({
    {"/", Backend::Local},
    {"sftp:", Backend::Sftp},
    {"rest:http://", Backend::Rest},
    {"rest:https://", Backend::Rest},
    {"s3:", Backend::S3},
    {"b2:", Backend::B2},
    {"azure:", Backend::Azure},
    {"gs:", Backend::Google},
    {"swift:", Backend::Swift},
    {"rclone:", Backend::Rclone},
});

Result<> bad_address(std::string_view message) {
  return fail(ErrorKind::Invalid, "url_invalid", message);
}
Result<> has_password() {
  return fail(ErrorKind::Invalid, "url_has_password",
              "The repository address must not contain a password; enter the user and password in their own fields.");
}

// Text before and after the first `mark`; all of it and nothing when there is none.
std::pair<std::string_view, std::string_view> cut(std::string_view text, std::string_view mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + mark.size())};
}

// Letters, digits, whatever is not ASCII, and `others`; at least one, and no dash in front: ssh and rclone would take
// it for an option.
bool is_word_with(std::string_view text, std::string_view others) {
  const auto fits = [&](char c) {
    return text::is_letter(c) || text::is_digit(c) || static_cast<unsigned char>(c) >= 0x80 || others.contains(c);
  };
  return !text.empty() && text.front() != '-' && std::ranges::all_of(text, fits);
}

bool is_port(std::string_view text) {
  return text::parse_number<std::uint16_t>(text).value_or(0) > 0;
}

// "host", "host:8000", "[::1]:8000"
bool is_server(std::string_view text) {
  if (text.starts_with('[')) {
    const auto [address, port] = cut(text.substr(1), "]");
    const bool digits = !address.empty() && address.find_first_not_of("0123456789abcdefABCDEF:.") == address.npos;
    return digits && text.contains(']') && (port.empty() || (port.front() == ':' && is_port(port.substr(1))));
  }
  const auto [host, port] = cut(text, ":");
  return is_word_with(host, ".-_"sv) && (host.size() == text.size() || is_port(port));
}

bool climbs(std::string_view path) {
  while (!path.empty()) {
    const auto [part, rest] = cut(path, "/");
    if (part == "..") return true;
    path = rest;
  }
  return false;
}

enum class UserPart { Allowed, None };

// What follows "://" or stands for it: "[user@]server/path".
Result<> check_url(std::string_view text, UserPart allowed, std::string_view form) {
  const auto slash = std::min(text.find('/'), text.size());
  auto server = text.substr(0, slash);
  if (text.substr(slash).contains('@')) return has_password();
  if (const auto at = server.find('@'); at != server.npos) {
    if (server.substr(0, at).contains(':') || allowed == UserPart::None) return has_password();
    if (!is_word_with(server.substr(0, at), ".-_+%"sv))
      return bad_address("The user in the repository address is not valid.");
    server = server.substr(at + 1);
  }
  if (text.find_first_of("?#") != text.npos) return bad_address("The repository address must not have a query.");
  if (!is_server(server)) return bad_address(fmt::format("The repository address names no server: {}.", form));
  return {};
}

Result<> check_sftp(std::string_view url) {
  constexpr auto kForm = "sftp:user@host:/path or sftp://user@host:22//path"sv;
  if (url.starts_with("sftp://")) {
    const auto text = url.substr("sftp://"sv.size());
    if (!text.contains('/')) return bad_address(fmt::format("The repository address names no folder: {}.", kForm));
    return check_url(text, UserPart::Allowed, kForm);
  }
  const auto [login, path] = cut(url.substr("sftp:"sv.size()), ":");
  const auto at = path.find('@');
  if (at != path.npos && (path.front() != '/' || path.substr(at).contains(':'))) return has_password();
  const auto user_end = login.rfind('@');
  const bool user_fits = user_end == login.npos || is_word_with(login.substr(0, user_end), ".-_@+\\"sv);
  if (!user_fits || !is_word_with(login.substr(user_end + 1), ".-_"sv) || path.empty())
    return bad_address(fmt::format("The repository address is not complete: {}.", kForm));
  if (path.front() == '~')
    return bad_address("restic takes no '~' in an sftp address; leave it out: sftp:user@host:path.");
  return {};
}

Result<> check_s3(std::string_view url) {
  constexpr auto kForm = "s3:https://host/bucket/path"sv;
  auto text = url.substr("s3:"sv.size());
  for (const auto scheme : {"http://"sv, "https://"sv, "//"sv}) {
    if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
  }
  if (auto checked = check_url(text, UserPart::None, kForm); !checked) return checked;
  const auto bucket = cut(cut(text, "/").second, "/").first;
  if (!is_word_with(bucket, ".-_"sv))
    return bad_address(fmt::format("The repository address names no bucket: {}.", kForm));
  return {};
}

// What restic does with the path behind a bucket.
enum class BucketPath { Optional, Needed, Absolute };

// "scheme:bucket:path"
Result<> check_bucket(std::string_view url, std::string_view characters, BucketPath rule, std::string_view form) {
  const auto [bucket, path] = cut(cut(url, ":").second, ":");
  if (!is_word_with(bucket, characters))
    return bad_address(fmt::format("The repository address names no bucket: {}.", form));
  if ((rule == BucketPath::Needed && path.empty()) || (rule == BucketPath::Absolute && !path.starts_with('/')))
    return bad_address(fmt::format("The repository address names no path in its bucket: {}.", form));
  return {};
}

// Only remotes of the host's own rclone.conf.
Result<> check_rclone(std::string_view url) {
  const auto remote = url.substr("rclone:"sv.size());
  const auto name = cut(remote, ":").first;
  const bool plain = std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (plain && name.size() < remote.size() && is_word_with(name, "-_"sv)) return {};
  return bad_address(
      "An rclone address names a remote of the host's rclone.conf and a path, rclone:remote:path; the name has "
      "letters, "
      "digits, '-' and '_' only.");
}

Result<> check_local(std::string_view path) {
  if (path.find_first_not_of('/') != path.npos) return {};
  return bad_address("The repository address must name a folder below '/'.");
}

Result<> check_form(Backend backend, std::string_view url) {
  switch (backend) {
    case Backend::Local:
      return check_local(url);
    case Backend::Sftp:
      return check_sftp(url);
    case Backend::Rest:
      return check_url(cut(url, "://").second, UserPart::Allowed, "rest:https://host:8000/path/");
    case Backend::S3:
      return check_s3(url);
    case Backend::B2:
      return check_bucket(url, "-", BucketPath::Optional, "b2:bucket:path");
    case Backend::Azure:
      return check_bucket(url, "-", BucketPath::Needed, "azure:container:/path");
    case Backend::Google:
      return check_bucket(url, ".-_", BucketPath::Needed, "gs:bucket:/path");
    case Backend::Swift:
      return check_bucket(url, ".-_ ", BucketPath::Absolute, "swift:container:/path");
    case Backend::Rclone:
      return check_rclone(url);
  }
  return {};
}

}  // namespace

std::optional<Backend> backend_of(std::string_view url) {
  const auto found = std::ranges::find_if(kBackends, [&](const auto& known) { return url.starts_with(known.first); });
  return found == kBackends.end() ? std::nullopt : std::optional(found->second);
}

Result<> check_repository_address(std::string_view url) {
  if (url.empty()) return bad_address("The repository address must not be empty.");
  if (url.size() > kMaxUrlBytes) return bad_address("The repository address is longer than 2048 bytes.");
  if (!text::is_valid_utf8(url) || text::has_control_character(url) || text::trim(url) != url)
    return bad_address("The repository address has control characters, spaces around it, or is not valid UTF-8.");
  const auto backend = backend_of(url);
  if (!backend) {
    return fail(ErrorKind::Invalid, "url_unknown",
                "The repository address must be an absolute path or begin with sftp:, rest:, s3:, b2:, azure:, gs:, "
                "swift: or rclone:.");
  }
  if (climbs(url)) return bad_address("The repository address must not have '..' in its path.");
  return check_form(*backend, url);
}

std::string redact_url(std::string_view url) {
  const auto backend = backend_of(url);
  if (backend == Backend::Local) return std::string(url);
  if (backend == Backend::Rclone) {
    const auto options = url.find_first_of(",=\"'");
    return options == url.npos ? std::string(url) : fmt::format("{}***", url.substr(0, options));
  }
  const auto query = std::min(url.find('?'), url.size());
  const auto shown = url.substr(0, query);
  const auto scheme = shown.find("://");
  const bool is_scp = scheme == shown.npos && backend == Backend::Sftp;
  const auto begin = scheme == shown.npos ? cut(shown, ":").first.size() + 1 : scheme + 3;
  const auto at = shown.rfind('@');
  const bool has_login = at != shown.npos && at >= begin && (!is_scp || !check_sftp(shown));
  return fmt::format("{}{}{}", has_login ? fmt::format("{}***", shown.substr(0, begin)) : "",
                     has_login ? shown.substr(at) : shown, query < url.size() ? "?***" : "");
}

}  // namespace holdfast::core
