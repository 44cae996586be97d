#pragma once

#include <map>
#include <string>

#include "core/ids.hpp"
#include "core/time.hpp"

// A repository as the hub keeps it.
namespace holdfast::core {

// Secrets are sealed (runtime::SecretBox) with the contexts "repositories.password:<id>",
// "repositories.server_password:<id>" and "repository_variables:<id>:<name>" before they come here.
struct Repository {
  RepositoryId id;
  CustomerId customer;
  std::string name;
  std::string url;  // without user and password
  std::string sealed_password;
  std::string server_user;
  std::string sealed_server_password;  // empty when there is none
  Time created_at;
  std::map<std::string, std::string> sealed_variables{};  // by name; of find_repository() and list_repositories() only
  bool existing = false;                                  // it was there before the hub knew it
};

}  // namespace holdfast::core
