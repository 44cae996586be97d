#include "probes/disks/disk_question.hpp"

#include <cerrno>
#include <system_error>

#include "probes/program_run.hpp"
#include "probes/system/kernel_text.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace holdfast::agent {
namespace {

std::string message_of(int error) {
  return std::generic_category().message(error);
}

// "stat: cannot read file system information for '/mnt/nas': Stale file handle"
std::string_view reason_in(std::string_view error) {
  error = text::trim(error);
  const std::size_t colon = error.rfind(": ");
  return colon == std::string_view::npos ? error : error.substr(colon + 2);
}

DiskAnswer ask_here(const std::string& mount_point) {
  struct statvfs figures{};
  if (::statvfs(mount_point.c_str(), &figures) == 0) return {use_of(figures), ""};
  return {std::nullopt, trouble_of(message_of(errno))};
}

DiskAnswer ask_in_process(const std::string& mount_point) {
  const auto output = run_system_program_here({"stat", "-f", "-c", std::string(kStatFormat), "--", mount_point});
  if (!output) return ask_here(mount_point);  // a system without stat
  const auto figures = parse_stat(output->out);
  if (output->status.ok() && figures) return {use_of(*figures), ""};
  return {std::nullopt, trouble_of(reason_in(output->err))};
}

}  // namespace

std::string trouble_of(std::string_view reason) {
  for (const int harmless : {EACCES, EPERM, ENOENT}) {
    if (reason == message_of(harmless)) return {};
  }
  return "cannot be read: " + text::to_valid_utf8(reason);
}

std::optional<struct statvfs> parse_stat(std::string_view text) {
  std::string_view line = take_line(text);
  struct statvfs figures{};
  for (auto* figure : {&figures.f_frsize, &figures.f_blocks, &figures.f_bfree, &figures.f_bavail, &figures.f_files,
                       &figures.f_ffree}) {
    const auto count = parse_count(take_field(line));
    if (!count) return std::nullopt;
    *figure = *count;
  }
  figures.f_favail = figures.f_ffree;
  return figures;
}

DiskAnswer ask_file_system(const Mount& mount) {
  return is_remote(mount.fstype) ? ask_in_process(mount.point) : ask_here(mount.point);
}

}  // namespace holdfast::agent
