#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/jobs/job.hpp"

// What restic writes, line by line: with --json mostly one JSON object a line, but any line may be plain text.
// Fields may be missing and unknown ones may appear; message types that nobody here needs are `Ignored`.
namespace holdfast::restic {

// How far it is.
struct Status {
  double fraction = 0;  // 0 to 1
  std::uint64_t files_total = 0;
  std::uint64_t files_done = 0;
  std::uint64_t bytes_total = 0;
  std::uint64_t bytes_done = 0;
  std::uint64_t errors = 0;
  std::vector<std::string> current_files;
};

// A file or folder that could not be read.
struct Unreadable {
  std::string item;
  std::string reason{};     // as far as restic tells it; may be empty
  bool in_snapshot = true;  // false: noticed only while counting, so the snapshot need not lack it
  bool vanished = false;    // it is not there any more
};

// A snapshot was made. Its id is empty when restic gave none that is one.
struct Summary {
  core::BackupSummary backup;
  std::uint64_t folders_new = 0;
  std::uint64_t folders_changed = 0;
  std::uint64_t folders_unmodified = 0;
  std::optional<std::uint64_t> bytes_stored;  // of those added, after compression; since 0.17
};

// The last words of restic 0.18 and newer.
struct Fatal {
  std::string message;
};

struct Text {
  std::string text;
};

struct Ignored {};

using OutputLine = std::variant<Text, Status, Unreadable, Summary, Fatal, Ignored>;

OutputLine parse_line(std::string_view line);

// What restic itself prints at the end of a backup, where nobody asked for JSON.
std::vector<std::string> summary_lines(const Summary& summary);

}  // namespace holdfast::restic
