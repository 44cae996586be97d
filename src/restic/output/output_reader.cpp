#include "output/output_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "process/failure_signs.hpp"

// A line may be JSON of restic, its text, or that of a program that it runs, on either stream; parse_line() tells
// them apart, and here is what each means. An error about a path counts against the result only where the path
// belongs into the snapshot, or where it tells of a damaged repository; what vanished while restic walked is no
// error unless it was a source.
namespace holdfast::restic {
namespace {

using core::LogLevel;

constexpr std::string_view kSkipped = " does not exist, skipping";
constexpr std::uint64_t kMostVanishedNamed = 20;
constexpr std::size_t kMostUnexplained = 64;

// restic's own words for a source that has gone since it was looked at.
std::optional<std::string_view> skipped_source(std::string_view line) {
  if (!line.ends_with(kSkipped)) return std::nullopt;
  return line.substr(0, line.size() - kSkipped.size());
}

LogLevel level_of_error_text(std::string_view line) {
  return line.starts_with("Fatal:") ? LogLevel::Error : LogLevel::Warning;
}

bool tells_of_damage(std::string_view reason) {
  const auto* told = find_sign(reason);
  return told == &kRepositoryDamaged;
}

}  // namespace

OutputReader::OutputReader(const runtime::Clock& clock, const Redactor& redactor, Listener& listener,
                           const std::vector<std::string>& sources, Outcome& outcome,
                           std::function<void(std::string_view)> on_retry)
    : clock_(clock),
      redactor_(redactor),
      listener_(listener),
      sources_(sources),
      on_retry_(std::move(on_retry)),
      outcome_(outcome) {}

runtime::Task<> OutputReader::read(std::string_view line, LogLevel level) {
  const auto parsed = parse_line(line);
  if (const auto* text = std::get_if<Text>(&parsed)) co_await on_text(text->text, level);
  if (const auto* status = std::get_if<Status>(&parsed)) co_await on_status(*status);
  if (const auto* unreadable = std::get_if<Unreadable>(&parsed)) co_await on_unreadable(*unreadable);
  if (const auto* summary = std::get_if<Summary>(&parsed)) co_await on_summary(*summary);
  if (const auto* fatal = std::get_if<Fatal>(&parsed)) co_await on_error_text(fatal->message);
}

runtime::Task<> OutputReader::on_status(const Status& status) {
  auto progress = meter_.update(status, clock_.steady(), clock_.now());
  if (!progress) co_return;
  for (auto& file : progress->current_files) file = redactor_.clean(file);
  co_await listener_.progress(std::move(*progress));
}

runtime::Task<> OutputReader::on_unreadable(const Unreadable& unreadable) {
  const bool is_lost_source = unreadable.vanished && is_source(unreadable.item);
  if (unreadable.vanished && !is_lost_source) co_return co_await on_vanished(unreadable);
  if (is_lost_source && unreadable.in_snapshot)
    outcome_.troubles.push_back({SourceTrouble::Missing, redactor_.clean(unreadable.item), ""});
  auto line = redactor_.clean(unreadable.reason.empty() ? fmt::format("{} could not be read", unreadable.item)
                                                        : fmt::format("{}: {}", unreadable.item, unreadable.reason));
  if (unreadable.in_snapshot && ++outcome_.unreadable == 1) outcome_.first_unreadable = line;
  if (tells_of_damage(unreadable.reason) && outcome_.damage.empty()) outcome_.damage = line;
  if (unreadable.in_snapshot && unreadable.reason.empty() && unexplained_.size() < kMostUnexplained)
    unexplained_.push_back(unreadable.item);
  co_await log(unreadable.in_snapshot ? LogLevel::Error : LogLevel::Warning, std::move(line));
}

// What comes and goes on a busy host is nothing to warn of.
runtime::Task<> OutputReader::on_vanished(const Unreadable& unreadable) {
  if (!unreadable.in_snapshot || ++outcome_.vanished > kMostVanishedNamed) co_return;
  auto line = fmt::format("{} was gone before restic could read it", unreadable.item);
  co_await log(LogLevel::Info, std::move(line));
}

runtime::Task<> OutputReader::on_summary(const Summary& summary) {
  outcome_.summary = summary.backup;
  for (std::string line : summary_lines(summary)) co_await log(LogLevel::Info, std::move(line));
}

runtime::Task<> OutputReader::on_text(std::string_view text, LogLevel level) {
  if (level == LogLevel::Info) {
    std::string line(text);
    co_await log(level, std::move(line));
    co_return;
  }
  co_await on_error_text(text);
}

// The last words of restic 0.18 are several lines in one message.
runtime::Task<> OutputReader::on_error_text(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = plain_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const auto skipped = skipped_source(line))
      outcome_.troubles.push_back({SourceTrouble::Missing, redactor_.clean(*skipped), ""});
    // What it says when it is stopped tells nothing of the repository.
    if (!outcome_.given_up) outcome_.tail.add(line);
    if (is_retry(line)) on_retry_(line);
    const auto level = level_of_error_text(line);
    co_await log(level, std::move(line));
  }
}

runtime::Task<> OutputReader::finish() {
  if (outcome_.vanished <= kMostVanishedNamed) co_return;
  auto line = fmt::format("{} files and folders were gone before restic could read them", outcome_.vanished);
  co_await log(LogLevel::Info, std::move(line));
}

runtime::Task<> OutputReader::log(LogLevel level, std::string text) {
  auto line = redactor_.clean(text);
  if (!line.empty()) co_await listener_.log(level, std::move(line));
}

bool OutputReader::is_source(std::string_view item) const {
  return std::ranges::find(sources_, item) != sources_.end();
}

}  // namespace holdfast::restic
