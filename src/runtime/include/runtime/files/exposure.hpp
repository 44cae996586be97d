#pragma once

#include <filesystem>

// Whether others on this machine could change what we trust. What they could is refused with a sentence that says what
// to do (std::runtime_error); what is not there is not refused. Others are all but the user we run as, root, and the
// groups that we are in.
namespace holdfast::runtime {

// Refuses a folder that belongs to others or that they may write to: they could replace every file in it.
void refuse_exposed_folder(const std::filesystem::path& folder);

// Refuses a file with secrets that belongs to others or that they may read or write.
void refuse_exposed_secret(const std::filesystem::path& file);

}  // namespace holdfast::runtime
