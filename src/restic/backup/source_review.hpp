#pragma once

#include <string>
#include <vector>

#include "backup/past_mounts.hpp"
#include "backup/source_trouble.hpp"
#include "output/redaction.hpp"
#include "restic/backup/backup.hpp"

namespace holdfast::restic {

// Judges the sources of a backup one by one: those that restic can do something with, and what is wrong with the others
// or with what lies there.
class SourceReview {
 public:
  SourceReview(const Installation& installation, const BackupRequest& request, const Redactor& redactor);

  // `looks`: one for each path of the request.
  void take(const std::vector<SourceLook>& looks);

  // For restic. A folder that is empty is among them: the next backup finds this one by its list of paths.
  const std::vector<std::string>& present() const { return present_; }
  const std::vector<TroubledSource>& troubles() const { return troubles_; }
  bool has_something() const { return has_something_; }
  // Once a snapshot was made: keeps what the next backup is compared with. Throws std::exception.
  void remember() const { past_.save(); }

 private:
  std::optional<TroubledSource> trouble_of(const std::string& path, const SourceLook& look,
                                           const std::vector<SourceLook>& looks) const;
  bool leads_into_another(const std::string& target, const std::vector<SourceLook>& looks) const;

  const std::vector<std::string>& paths_;
  const Redactor& redactor_;
  PastMounts past_;
  std::vector<std::string> present_;
  std::vector<TroubledSource> troubles_;
  bool has_something_ = false;
};

}  // namespace holdfast::restic
