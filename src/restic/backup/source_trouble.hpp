#pragma once

#include <string>
#include <vector>

#include "core/jobs/job.hpp"

namespace holdfast::restic {

// What is wrong with a source; the worst first.
enum class SourceTrouble {
  Not_mounted,  // it lay on a mount point that is none any more
  Missing,
  Unreachable,   // the file system gives an error
  Silent,        // the file system does not answer
  Empty,         // a folder with nothing in it
  Only_a_link,   // restic saves the link, and not what it leads to
  Special_file,  // restic saves that it is there, and nothing that comes out of it
};

// A source that a snapshot lacks. Clean of secrets.
struct TroubledSource {
  SourceTrouble trouble = SourceTrouble::Missing;
  std::string path;
  std::string detail;  // the mount point, the file system's error, where the link leads, what it is
};

// "/srv does not exist on this host."
std::string sentence_of(const TroubledSource& source);
// The same of all of them, those of one kind together.
std::string sentences_of(const std::vector<TroubledSource>& sources);
// By the worst of them. `sources` is not empty.
core::JobFailure sources_failure(const std::vector<TroubledSource>& sources, bool has_snapshot);

}  // namespace holdfast::restic
