#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/jobs/backup.hpp"

namespace holdfast::restic {

// Makes text of restic fit to be shown and stored: one line of valid UTF-8 without control characters and terminal
// escapes, at most 8 KiB, and without the secrets of `access`, however restic came to print them. A secret that is
// shorter than 6 bytes, a word of every log or a part of the repository's address stays: hidden, it could be read from
// the gaps.
class Redactor {
 public:
  explicit Redactor(const core::RepositoryAccess& access);

  std::string clean(std::string_view text) const;

 private:
  void add_secret(const std::string& secret);

  std::vector<std::string> secrets_;  // longest first
};

// The text as one line of valid UTF-8 without control characters and terminal escapes; secrets are still in it.
std::string plain_line(std::string_view text);

}  // namespace holdfast::restic
