#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/ids.hpp"

// What is backed up, and to where.
namespace holdfast::core {

// Where a restic repository is and what opens it. `password` and `server_password` are secrets.
struct RepositoryAccess {
  std::string url;              // as restic takes it, without a user or password in it
  std::string password;         // of the repository
  std::string server_user;      // of the REST server, or empty
  std::string server_password;  // of the REST server, or empty
};

// The paths one backup reads, and the patterns it leaves out.
struct SourceSet {
  std::vector<std::string> paths;     // absolute, at least one
  std::vector<std::string> excludes;  // restic patterns
  std::vector<std::string> tags;      // each snapshot carries these

  bool operator==(const SourceSet&) const = default;
};

// Each check names the first thing that is wrong, in a sentence.
Result<> check_source_set(const SourceSet& sources);
Result<> check_repository_access(const RepositoryAccess& access);

// 1 to 100 characters of UTF-8 without control characters or surrounding blanks; `what` names the field in the error.
Result<> check_name(std::string_view what, std::string_view name);

// A customer's id in reports and addresses: 2 to 64 of a-z 0-9 . _ -
Result<> check_customer_slug(std::string_view slug);

// The URL with any `user:password@` replaced by `***@`: restic URLs may carry both, logs and pages must not.
std::string redact_url(std::string_view url);

}  // namespace holdfast::core
