#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"

// Where a repository is, as restic writes it.
namespace holdfast::core {

enum class Backend { Local, Sftp, Rest, S3, B2, Azure, Google, Swift, Rclone };

// By the first word of the address; nothing when restic has no such backend.
std::optional<Backend> backend_of(std::string_view url);

// Refuses what restic cannot read and what is more than an address: passwords, queries, options for ssh, and rclone's
// connection strings, which may name programs to run. Hub and agent both ask.
Result<> check_repository_address(std::string_view url);

// The address as pages and logs may show it, also of one that would be refused: host and path alone.
std::string redact_url(std::string_view url);

}  // namespace holdfast::core
