#pragma once

#include <optional>
#include <string_view>

#include "restic/backup/backup.hpp"

namespace holdfast::restic {

// The oldest restic whose output and exit codes this module knows.
inline constexpr Version kOldestVersion{0, 14, 0};

// Reads what `restic version` prints: "restic 0.14.0 compiled with go1.19.8 on linux/amd64".
std::optional<Version> parse_version(std::string_view output);

// As find_version, but throws std::system_error when it is not the program's fault that it does not run.
runtime::Task<std::optional<Version>> ask_version(runtime::Loop& loop, const Installation& installation);

}  // namespace holdfast::restic
