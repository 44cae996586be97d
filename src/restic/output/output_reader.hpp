#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "output/output.hpp"
#include "output/progress.hpp"
#include "output/redaction.hpp"
#include "output/result.hpp"

namespace holdfast::restic {

// Reads what one restic prints while it backs up: what it means goes into the outcome, what people should see into the
// job's log.
class OutputReader {
 public:
  // `on_retry` is told each line in which restic says that it is going to try again.
  OutputReader(const runtime::Clock& clock, const Redactor& redactor, Listener& listener,
               const std::vector<std::string>& sources, Outcome& outcome,
               std::function<void(std::string_view)> on_retry);

  runtime::Task<> read_stdout(std::string_view line) { return read(line, core::LogLevel::Info); }
  runtime::Task<> read_stderr(std::string_view line) { return read(line, core::LogLevel::Warning); }
  // The last words to the log.
  runtime::Task<> finish();

  // What could not be read for a reason that this restic does not tell. Bounded.
  const std::vector<std::string>& unexplained() const { return unexplained_; }

 private:
  runtime::Task<> read(std::string_view line, core::LogLevel level);
  runtime::Task<> on_status(const Status& status);
  runtime::Task<> on_unreadable(const Unreadable& unreadable);
  runtime::Task<> on_vanished(const Unreadable& unreadable);
  runtime::Task<> on_summary(const Summary& summary);
  runtime::Task<> on_text(std::string_view text, core::LogLevel level);
  runtime::Task<> on_error_text(std::string_view text);
  runtime::Task<> log(core::LogLevel level, std::string text);

  bool is_source(std::string_view item) const;

  // Constant after construction.
  const runtime::Clock& clock_;
  const Redactor& redactor_;
  Listener& listener_;
  const std::vector<std::string>& sources_;
  const std::function<void(std::string_view)> on_retry_;

  Outcome& outcome_;
  ProgressMeter meter_;
  std::vector<std::string> unexplained_;
};

}  // namespace holdfast::restic
