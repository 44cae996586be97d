#include "output/redaction.hpp"

#include <algorithm>

#include "text/ascii.hpp"
#include "text/percent.hpp"
#include "text/utf8.hpp"

namespace holdfast::restic {
namespace {

constexpr std::size_t kMaxLine = 8 * 1024;
constexpr std::string_view kMask = "***";
constexpr char kEscape = '\x1B';

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
}

// The length of the terminal escape at the front of `text` ("ESC[2K", "ESC c"), which begins with ESC.
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2 || static_cast<unsigned char>(text[1]) >= 0x80) return 1;
  if (text[1] != '[') return 2;
  const auto parameters_end = std::ranges::find_if(text.substr(2), [](char c) { return c >= '@' && c <= '~'; });
  return std::min<std::size_t>(text.size(), static_cast<std::size_t>(parameters_end - text.begin()) + 1);
}

std::string without_controls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (text.front() == kEscape) {
      text.remove_prefix(escape_length(text));
      continue;
    }
    out += is_control(text.front()) ? ' ' : text.front();
    text.remove_prefix(1);
  }
  return out;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

// "scheme://user:password@host" anywhere in the text becomes "scheme://***@host".
void mask_user_info(std::string& text) {
  for (auto scheme = text.find("://"); scheme != std::string::npos; scheme = text.find("://", scheme + 3)) {
    const auto begin = scheme + 3;
    const auto end = std::min(text.find_first_of("/?# \t\"'<>", begin), text.size());
    const auto at = std::string_view(text).substr(0, end).rfind('@');
    if (at != std::string_view::npos && at >= begin) text.replace(begin, at - begin, kMask);
  }
}

// As programs quote a string in JSON or in an error text.
std::string backslash_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

constexpr std::size_t kFewestBytes = 6;

// Words that restic and this program write, and people take for passwords.
constexpr std::string_view kCommonWords[] = {
    "access",     "archive",     "backup",     "backups",    "blocks",    "bucket",   "cancelled", "changed",
    "closed",     "config",      "connect",    "connection", "context",   "created",  "damaged",   "data_blobs",
    "deleted",    "denied",      "directory",  "docker",     "exclude",   "failed",   "failure",   "files_new",
    "folder",     "folders",     "forget",     "harbor",     "harbour",   "holdfast", "holder",    "invalid",
    "killed",     "loading",     "localhost",  "locked",     "message",   "missing",  "network",   "online",
    "password",   "passwords",   "permission", "processed",  "program",   "reached",  "reading",   "refused",
    "remote",     "removed",     "repository", "restic",     "restore",   "running",  "secret",    "server",
    "service",    "signal",      "skipping",   "snapshot",   "snapshots", "source",   "sources",   "status",
    "stopped",    "storage",     "success",    "summary",    "system",    "timeout",  "unable",    "unlock",
    "unmodified", "unreachable", "warning",    "waiting",    "writing",
};

// Whether the gaps that are left where it was would give it away: it is short, or a word of every log, or part of an
// address that is shown anyway.
bool tells_itself_when_hidden(std::string_view secret, std::string_view url) {
  const auto lower = text::to_lower_ascii(secret);
  return secret.size() < kFewestBytes || url.contains(secret) ||
         std::ranges::find(kCommonWords, lower) != std::end(kCommonWords);
}

}  // namespace

Redactor::Redactor(const core::RepositoryAccess& access) {
  for (const auto* secret : {&access.password, &access.server_password}) {
    if (!tells_itself_when_hidden(*secret, access.url)) add_secret(*secret);
  }
  const auto backend = core::backend_of(access.url);
  for (const auto& [name, value] : access.environment) {
    const auto* variable = backend ? core::find_variable(*backend, name) : nullptr;
    const bool is_secret = variable && variable->kind == core::VariableKind::Secret;
    if (is_secret && !tells_itself_when_hidden(value, access.url)) add_secret(value);
  }
  std::ranges::sort(secrets_, std::greater{}, &std::string::size);
}

// In each way in which programs write it.
void Redactor::add_secret(const std::string& secret) {
  for (const auto& written : {secret, text::percent_encode(secret), backslash_escaped(secret)}) {
    if (std::ranges::find(secrets_, written) == secrets_.end()) secrets_.push_back(written);
  }
}

std::string Redactor::clean(std::string_view text) const {
  // Controls go first: a secret with an escape in its middle must not come together afterwards.
  std::string line = plain_line(text);
  for (const auto& secret : secrets_) replace_all(line, secret, kMask);
  mask_user_info(line);
  return std::string(text::truncate_utf8(text::trim(line), kMaxLine));
}

std::string plain_line(std::string_view text) {
  return std::string(text::trim(without_controls(text::to_valid_utf8(text))));
}

}  // namespace holdfast::restic
