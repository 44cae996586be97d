#include "probes/system/own_backups.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <system_error>

#include "probes/json_members.hpp"
#include "probes/system/kernel_text.hpp"
#include "runtime/files/files.hpp"
#include "runtime/log/log.hpp"
#include "text/time.hpp"

namespace holdfast::agent {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 3> kWords{kSuccess, kPartial, kFailed};

std::string_view word_for(core::JobState state) {
  switch (state) {
    case core::JobState::Succeeded:
      return kSuccess;
    case core::JobState::Partial:
      return kPartial;
    default:
      return kFailed;
  }
}

}  // namespace

std::optional<OwnBackups::History> parse_history(std::string_view text) {
  const json::value file = parse_json(text);
  const auto last_run = text::parse_time(text_at(file, {"last_run"}));
  OwnBackups::History history;
  history.last_status = text_at(file, {"last_status"});
  if (!last_run || std::ranges::find(kWords, history.last_status) == kWords.end()) return std::nullopt;
  history.last_run = *last_run;
  history.last_good = text::parse_time(text_at(file, {"last_good"}));
  return history;
}

std::string encode_history(const OwnBackups::History& history) {
  json::object file{{"last_run", text::format_time(history.last_run)}, {"last_status", history.last_status}};
  if (history.last_good) file["last_good"] = text::format_time(*history.last_good);
  return json::serialize(file);
}

OwnBackups::OwnBackups(std::filesystem::path file)
    : file_(std::move(file)), history_(parse_history(read_or_empty(file_))) {}

void OwnBackups::note(core::Time at, const core::JobResult& result) {
  if (result.state == core::JobState::Cancelled) return;
  History history = history_.value_or(History());
  history.last_run = at;
  history.last_status = word_for(result.state);
  if (summary_of(result)) history.last_good = at;
  history_ = std::move(history);
  try {
    runtime::write_file_atomically(file_, encode_history(*history_));
  } catch (const std::system_error& error) {
    runtime::log::warning("backups.unwritten", "How the last backup ended is forgotten when the agent stops",
                          {{"error", error.what()}});
  }
}

std::optional<core::BackupReport> OwnBackups::report(core::Time now) const {
  if (!history_) return std::nullopt;
  core::BackupReport report;
  report.last_run = history_->last_run;
  report.last_status = history_->last_status;
  if (history_->last_good) {
    const auto age = std::chrono::floor<core::seconds>(now - *history_->last_good);
    report.age_seconds = static_cast<std::uint64_t>(std::max(age, core::seconds(0)).count());
  }
  return report;
}

}  // namespace holdfast::agent
