#include "process/failure_signs.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "text/ascii.hpp"

// What went wrong is in restic's words, which differ between its versions, its stores and the servers behind them,
// and in no code: it had none before 0.17, and few since. So trouble is known by pieces of lines, and the order of
// the lists below decides where several fit.
namespace holdfast::restic {

const Explanation kWrongPassword{"wrong_password", "Wrong repository password.",
                                 "Enter the password that the repository was created with."};
const Explanation kRepositoryMissing{
    "repository_missing", "There is no repository at this address.",
    "Check the address and that its disk or server is there, or let the first backup initialise the repository."};
const Explanation kRepositoryDamaged{
    "repository_damaged", "The repository is damaged: restic cannot read a part of it.",
    "Run \"restic check\" on it, then repair it as the output says (\"restic repair index\" and \"restic repair "
    "snapshots\" of restic 0.16 or newer). Until then back up to another repository."};
const Explanation kLocked{"locked", "The repository is locked by somebody else's work.",
                          "Wait until that has ended, then back up again."};
const Explanation kUnreachable{"unreachable", "The repository's server could not be reached.",
                               "Check that the server is running and that this host can connect to it."};
const Explanation kInterrupted{"killed", "restic was interrupted by somebody else before it was done.",
                               "Check whether the host was shutting down, then back up again."};
const Explanation kTooManyFiles{"too_many_files", "The agent or restic may not open any more files.",
                                "Raise the limit of open files (LimitNOFILE= of the agent's service), or find out "
                                "which program on the host keeps so many open."};
const Explanation kUnknown{"restic_failed", "restic stopped with an error.",
                           "Read the log of this job; its last lines say what restic could not do."};

namespace {

constexpr Explanation kNoSpace{"no_space", "There is no space left where the repository is, or on this host.",
                               "Free some space or add storage, then back up again."};
constexpr Explanation kReadOnly{
    "repository_read_only", "The file system of the repository can only be read.",
    "Mount it writable, then back up again. Check its disk: the kernel turns one that fails read-only."};
constexpr Explanation kServerLogin{
    "server_login", "The repository's server did not accept the login.",
    "Check the user and password, or key, for the repository's server and what they may do there."};
constexpr Explanation kServerUntrusted{"server_untrusted",
                                       "The repository's server could not prove that it is the right one.",
                                       "Check the server's certificate or host key, and that this host trusts it."};
constexpr Explanation kServerProtocol{"server_protocol",
                                      "What answers at the repository's address speaks another protocol.",
                                      "Check the address: http or https, and the port."};
constexpr std::string_view kEnterCredentials =
    "Enter it on the repository's page, or give it to the agent of this host in its environment, then try again.";
constexpr Explanation kCredentials{"credentials_missing", "A credential for the repository's store is not set.",
                                   kEnterCredentials};
constexpr Explanation kGoogleCredentials{
    "credentials_missing", "restic needs GOOGLE_APPLICATION_CREDENTIALS for this repository.", kEnterCredentials};
constexpr Explanation kAzureCredentials{"credentials_missing",
                                        "restic needs AZURE_ACCOUNT_KEY or AZURE_ACCOUNT_SAS for this repository.",
                                        kEnterCredentials};
constexpr Explanation kRcloneRemote{"rclone_remote_missing", "rclone on this host has no remote of this name.",
                                    "Configure the remote with \"rclone config\" for the account that the agent runs "
                                    "as, or correct the repository's address."};
constexpr Explanation kNoPermission{"no_permission", "restic was not allowed to use a folder that it needs.",
                                    "Give the agent's user the right to read and write the repository's folder."};
constexpr Explanation kRepositoryDisk{"repository_disk",
                                      "The disk or network folder that holds the repository reports errors.",
                                      "Check that disk, or mount the network folder again, then back up again."};
constexpr Explanation kNoMemory{"out_of_memory", "There was not enough memory for restic.",
                                "Give the host more memory or swap, or back up at another time."};
constexpr Explanation kSourceMissing{"source_missing", "None of the folders to back up is there.",
                                     "Check the paths, and that the disks they are on are mounted."};
constexpr Explanation kPattern{"exclude_invalid", "restic does not understand an exclude pattern.",
                               "Correct the exclude patterns of the source group; the log names the one."};

// Pieces of a line, in lower case, that tell what is wrong when all of them are in it.
struct Sign {
  std::string_view text;
  const Explanation* explanation;
  std::string_view also = {};
};

// Each means the same wherever it stands. Within one line the first one here counts.
constexpr auto kSigns = std::to_array<Sign>({
    {"already locked", &kLocked},
    {"wrong password or no key found", &kWrongPassword},
    {"an empty password is not a password", &kWrongPassword},
    {"no space left on device", &kNoSpace},
    {"disk quota exceeded", &kNoSpace},
    {"507 insufficient storage", &kNoSpace},
    {"(507)", &kNoSpace},
    {"ciphertext verification failed", &kRepositoryDamaged},
    {"invalid data returned", &kRepositoryDamaged},
    {"repository could be damaged", &kRepositoryDamaged},
    {"is damaged:", &kRepositoryDamaged},
    {"repository contains errors", &kRepositoryDamaged},
    {"config file has zero size", &kRepositoryDamaged},
    {"hash does not match", &kRepositoryDamaged},
    {"not found in index", &kRepositoryDamaged},
    {"not found in repository", &kRepositoryDamaged},
    {"fatal: unmarshal", &kRepositoryDamaged},
    // A file that the index knows and the repository has not.
    {"load(<", &kRepositoryDamaged, "no such file or directory"},
    {"load(<", &kRepositoryDamaged, "does not exist"},
    {"readfull(<", &kRepositoryDamaged, "no such file or directory"},
    {"401 unauthorized", &kServerLogin},
    {"403 forbidden", &kServerLogin},
    {"(401)", &kServerLogin},
    {"(403)", &kServerLogin},
    {"access denied", &kServerLogin},
    {"accessdenied", &kServerLogin},
    {"access key id you provided does not exist", &kServerLogin},
    {"signature we calculated does not match", &kServerLogin},
    {"bad_auth_token", &kServerLogin},
    {"permission denied (", &kServerLogin},  // ssh: "Permission denied (publickey,password)."
    {"is empty", &kCredentials, "($"},
    {"no credentials found", &kCredentials},
    {"authversion in authurl", &kCredentials},
    {"could not find default credentials", &kGoogleCredentials},
    {"no azure authentication information", &kAzureCredentials},
    {"find section in config file", &kRcloneRemote},
    {"host key verification failed", &kServerUntrusted},
    {"x509:", &kServerUntrusted},
    {"server gave http response to https client", &kServerProtocol},
    {"does not look like a tls handshake", &kServerProtocol},
    {"malformed http response", &kServerProtocol},
    {"http response (400)", &kServerProtocol},  // what a server with TLS answers where there is none
    {"connection refused", &kUnreachable},
    {"connection reset", &kUnreachable},
    {"connection timed out", &kUnreachable},
    {"operation timed out", &kUnreachable},
    {"no such host", &kUnreachable},
    {"server misbehaving", &kUnreachable},
    {"could not resolve hostname", &kUnreachable},
    {"name resolution", &kUnreachable},
    {"no route to host", &kUnreachable},
    {"host is down", &kUnreachable},
    {"network is unreachable", &kUnreachable},
    {"i/o timeout", &kUnreachable},
    {"tls handshake timeout", &kUnreachable},
    {"deadline exceeded", &kUnreachable},
    {"http response (5", &kUnreachable},
    {"502 bad gateway", &kUnreachable},
    {"503 service unavailable", &kUnreachable},
    {"504 gateway", &kUnreachable},
    {"too many open files", &kTooManyFiles},
    {"read-only file system", &kReadOnly},
    {"permission denied", &kNoPermission},
    {"cannot allocate memory", &kNoMemory},
    {"runtime: out of memory", &kNoMemory},
    {"invalid pattern(s) provided", &kPattern},
    {"source directories/files do not exist", &kSourceMissing},
    {"target directories/files do not exist", &kSourceMissing},
    {"signal interrupt received", &kInterrupted},
    {"signal terminated received", &kInterrupted},
});

// These follow other trouble too, so they count only when no line has one of the above.
constexpr auto kWeakSigns = std::to_array<Sign>({
    {"repository does not exist", &kRepositoryMissing},
    // Whatever keeps an older restic from reading the config, it asks whether there is a repository.
    {"unable to open config file", &kRepositoryMissing, "no such file"},
    {"unable to open config file", &kRepositoryMissing, "does not exist"},
    {"unable to open config file", &kRepositoryMissing, "doesn't exist"},
    {"unable to open config file", &kRepositoryMissing, "not found"},
    {"unable to open config file", &kRepositoryMissing, "notfound"},
    {"unable to open config file", &kRepositoryMissing, "404"},
    {"stale file handle", &kRepositoryDisk},
    {"stale nfs file handle", &kRepositoryDisk},
    {"transport endpoint is not connected", &kRepositoryDisk},
    {"input/output error", &kRepositoryDisk},
    {"unable to start the sftp session", &kUnreachable},
});

const Explanation* find_in(std::span<const Sign> signs, std::string_view line) {
  const auto lower = text::to_lower_ascii(line);
  const auto found = std::ranges::find_if(
      signs, [&](const Sign& sign) { return lower.contains(sign.text) && lower.contains(sign.also); });
  return found == signs.end() ? nullptr : found->explanation;
}

Finding find_last(std::span<const Sign> signs, const ErrorTail& tail) {
  for (auto line = tail.lines().rbegin(); line != tail.lines().rend(); ++line) {
    if (const auto* explanation = find_in(signs, *line)) return {explanation, *line};
  }
  return {};
}

// "runtime.goexit", "runtime/asm_amd64.s:1594", "goroutine 1 [running]:": where a program was, not why.
bool is_of_a_stack(std::string_view line) {
  return !line.contains(' ') || line.starts_with("goroutine ") || line.starts_with("created by ") ||
         line.contains(".go:");
}

}  // namespace

const Explanation* find_sign(std::string_view line) {
  return find_in(kSigns, line);
}

Finding find_reason(const ErrorTail& tail) {
  const auto strong = find_last(kSigns, tail);
  return strong.explanation ? strong : find_last(kWeakSigns, tail);
}

std::string_view most_telling(const ErrorTail& tail) {
  std::string_view last;
  for (auto line = tail.lines().rbegin(); line != tail.lines().rend(); ++line) {
    if (line->starts_with("Fatal:") || line->starts_with("panic:") || line->starts_with("fatal error:")) return *line;
    if (last.empty() && !is_of_a_stack(*line)) last = *line;
  }
  return last.empty() && !tail.lines().empty() ? std::string_view(tail.lines().back()) : last;
}

bool is_retry(std::string_view line) {
  return line.contains("returned error, retrying after");
}

bool is_retry_in_vain(std::string_view line) {
  if (!is_retry(line)) return false;
  const auto* told = find_sign(line);
  return told == &kServerUntrusted || told == &kServerProtocol || told == &kServerLogin || told == &kReadOnly ||
         told == &kNoPermission;
}

}  // namespace holdfast::restic
