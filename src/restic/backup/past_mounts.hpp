#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "core/jobs/backup.hpp"

namespace holdfast::restic {

// On which mount point each source lay when it was last backed up, kept in a file of its own for each plan (a source
// group in a repository). What is kept of other sources than the present ones, or since before a person accepted a
// backup, counts as nothing: whoever changes the source group or accepts says that all is right as it is.
class PastMounts {
 public:
  // `folder` is made when it is needed; without a plan nothing is kept. A file that is missing or damaged is empty.
  // `accepted`: the last backup that was accepted; empty: none.
  PastMounts(const std::filesystem::path& folder, std::string_view plan, const core::SourceSet& sources,
             std::string_view accepted = {});

  // The mount point that `source` lay on and that is none any more, when it lies on `present`; empty when it is the
  // same.
  std::string lost(const std::string& source, std::string_view present) const;
  // From the next save() on; a mount point that was lost stays as it was.
  void note(const std::string& source, const std::string& present);
  // Throws std::system_error when the file cannot be written.
  void save() const;

 private:
  std::filesystem::path file_;  // empty: nothing is kept
  std::string of_;              // what the mounts are of: the sources, since what was accepted
  std::map<std::string, std::string> mounts_;
  bool changed_ = false;
};

// The mount points in a kept file when it is of `of`; nothing when it is damaged.
std::map<std::string, std::string> parse_past_mounts(std::string_view text, std::string_view of);

}  // namespace holdfast::restic
