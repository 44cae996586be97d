#pragma once

#include <filesystem>

namespace holdfast::agent {

// Renames what cannot be used to "<name>.damaged", in place of what was set aside so before, for a person to look at;
// what cannot be renamed stays. Logs what it did.
void set_aside(const std::filesystem::path& path) noexcept;

// The same with whatever stands where a folder is to be.
void set_aside_unless_folder(const std::filesystem::path& path) noexcept;

}  // namespace holdfast::agent
