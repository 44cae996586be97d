#include "output/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cmath>
#include <system_error>

#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace holdfast::restic {
namespace {

namespace json = boost::json;

const json::value* find(const json::object& object, std::string_view key) {
  return object.if_contains(key);
}

std::string string_at(const json::object& object, std::string_view key) {
  const auto* value = find(object, key);
  if (!value || !value->is_string()) return {};
  return std::string(std::string_view(value->get_string()));
}

double double_at(const json::object& object, std::string_view key) {
  const auto* value = find(object, key);
  if (!value || !value->is_number()) return 0;
  const auto number = value->to_number<double>();
  return std::isfinite(number) ? number : 0;
}

// Whole numbers only; anything else counts as absent.
std::uint64_t count_at(const json::object& object, std::string_view key) {
  const auto* value = find(object, key);
  if (!value) return 0;
  if (value->is_uint64()) return value->get_uint64();
  if (value->is_int64()) return static_cast<std::uint64_t>(std::max<std::int64_t>(value->get_int64(), 0));
  return 0;
}

std::vector<std::string> strings_at(const json::object& object, std::string_view key) {
  std::vector<std::string> strings;
  const auto* value = find(object, key);
  if (!value || !value->is_array()) return strings;
  for (const auto& item : value->get_array()) {
    if (item.is_string()) strings.emplace_back(std::string_view(item.get_string()));
  }
  return strings;
}

OutputLine status(const json::object& line) {
  // 0.14 and 0.15 tell the end of the scan in a status line that has no progress.
  if (find(line, "action")) return Ignored{};
  return Status{.fraction = std::clamp(double_at(line, "percent_done"), 0.0, 1.0),
                .files_total = count_at(line, "total_files"),
                .files_done = count_at(line, "files_done"),
                .bytes_total = count_at(line, "total_bytes"),
                .bytes_done = count_at(line, "bytes_done"),
                .errors = count_at(line, "error_count"),
                .current_files = strings_at(line, "current_files")};
}

// `error` is {"message":…} since 0.17.1; before, a Go error as it came: {}, or {"Op":"open","Path":"/x","Err":13}.
std::string reason_of(const json::object& error) {
  if (auto message = string_at(error, "message"); !message.empty()) return message;
  const auto number = count_at(error, "Err");
  if (number == 0 || number > 4096) return {};
  return std::generic_category().message(static_cast<int>(number));
}

// Files of the repository may be missing too, which is told in the same words behind others.
bool has_vanished(const json::object& error) {
  if (count_at(error, "Err") == ENOENT) return true;
  const auto message = string_at(error, "message");
  return message.ends_with(": no such file or directory") && !message.contains("repository could be damaged") &&
         !message.contains("(<");
}

OutputLine error(const json::object& line) {
  Unreadable unreadable{.item = string_at(line, "item"), .in_snapshot = string_at(line, "during") != "scan"};
  const auto* told = find(line, "error");
  if (!told || !told->is_object()) return unreadable;
  unreadable.reason = reason_of(told->get_object());
  unreadable.vanished = has_vanished(told->get_object());
  return unreadable;
}

bool is_snapshot_id(std::string_view id) {
  return id.size() >= 8 && id.size() <= 64 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

OutputLine summary(const json::object& line) {
  auto id = string_at(line, "snapshot_id");
  const auto* dry_run = find(line, "dry_run");
  // Of a dry run there is an id, but no snapshot.
  if (!is_snapshot_id(id) || (dry_run && dry_run->is_bool() && dry_run->get_bool())) id.clear();
  return Summary{{.snapshot_id = std::move(id),
                  .files_new = count_at(line, "files_new"),
                  .files_changed = count_at(line, "files_changed"),
                  .files_unmodified = count_at(line, "files_unmodified"),
                  .bytes_added = count_at(line, "data_added"),
                  .bytes_processed = count_at(line, "total_bytes_processed"),
                  .files_processed = count_at(line, "total_files_processed"),
                  .duration_seconds = double_at(line, "total_duration")},
                 count_at(line, "dirs_new"),
                 count_at(line, "dirs_changed"),
                 count_at(line, "dirs_unmodified"),
                 find(line, "data_added_packed") ? std::optional(count_at(line, "data_added_packed")) : std::nullopt};
}

std::string bytes(std::uint64_t count) {
  constexpr std::string_view kUnits[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (count < 1024) return fmt::format("{} B", count);
  auto amount = static_cast<double>(count) / 1024;
  std::size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < std::size(kUnits); ++unit) amount /= 1024;
  return fmt::format("{:.3f} {}", amount, kUnits[unit]);
}

std::string duration(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::clamp(seconds, 0.0, 1e12));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

OutputLine message(const json::object& line) {
  const auto type = string_at(line, "message_type");
  if (type == "status") return status(line);
  if (type == "summary") return summary(line);
  if (type == "error") return error(line);
  if (type == "exit_error") return Fatal{string_at(line, "message")};
  return Ignored{};
}

}  // namespace

OutputLine parse_line(std::string_view line) {
  if (!text::trim(line).starts_with('{')) return Text{std::string(line)};
  boost::system::error_code failed;
  const auto value = json::parse(text::to_valid_utf8(line), failed);
  if (failed || !value.is_object()) return Text{std::string(line)};
  return message(value.get_object());
}

std::vector<std::string> summary_lines(const Summary& summary) {
  const auto& all = summary.backup;
  const auto stored = summary.bytes_stored ? fmt::format(" ({} stored)", bytes(*summary.bytes_stored)) : "";
  return {
      fmt::format("Files: {} new, {} changed, {} unmodified", all.files_new, all.files_changed, all.files_unmodified),
      fmt::format("Dirs: {} new, {} changed, {} unmodified", summary.folders_new, summary.folders_changed,
                  summary.folders_unmodified),
      fmt::format("Added to the repository: {}{}", bytes(all.bytes_added), stored),
      fmt::format("processed {} files, {} in {}", all.files_processed, bytes(all.bytes_processed),
                  duration(all.duration_seconds)),
      all.snapshot_id.empty() ? std::string("no snapshot saved")
                              : fmt::format("snapshot {} saved", all.snapshot_id.substr(0, 8))};
}

}  // namespace holdfast::restic
