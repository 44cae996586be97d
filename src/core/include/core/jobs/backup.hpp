#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/repositories/repository_address.hpp"
#include "core/repositories/repository_variables.hpp"

// What is backed up, and to where.
namespace holdfast::core {

// Where a restic repository is and what opens it. `password` and `server_password` are secrets.
struct RepositoryAccess {
  std::string url;              // as restic takes it, without a user or password in it
  std::string password;         // of the repository
  std::string server_user;      // of the REST server, or empty
  std::string server_password;  // of the REST server, or empty
  Variables environment{};      // for restic, of the list of its backend; secrets
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

// What is stored anew must be better than what still works: no path, pattern or tag twice, no '..' in a path, no blank
// in a tag.
Result<> check_new_source_set(const SourceSet& sources);
// The password of a repository that exists already may be anything that restic reads from a file, which it trims. One
// that is made has at least 12 bytes: shorter ones are guessed, and cannot be told from the words of a log.
enum class PasswordOf { New_repository, Existing_repository };
Result<> check_typed_password(std::string_view password, PasswordOf of);

// Whether the repository is a folder inside one of the sources and no pattern seems to exclude it: each backup would
// hold the ones before it.
bool is_inside_sources(std::string_view url, const SourceSet& sources);

// 1 to 100 characters of UTF-8 without control characters or surrounding blanks; `what` names the field in the error.
Result<> check_name(std::string_view what, std::string_view name);

// A customer's id in reports and addresses: 2 to 64 of a-z 0-9 . _ -
Result<> check_customer_slug(std::string_view slug);

}  // namespace holdfast::core
