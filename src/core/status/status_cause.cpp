#include "core/status/status_cause.hpp"

#include "names.hpp"

namespace holdfast::core {
namespace {

constexpr Names<StatusCause, 12> kCauses{{
    {StatusCause::None, "none"},
    {StatusCause::Silence, "silence"},
    {StatusCause::Health, "health"},
    {StatusCause::Containers, "containers"},
    {StatusCause::BackupAge, "backup_age"},
    {StatusCause::Runs, "runs"},
    {StatusCause::Partial, "partial"},
    {StatusCause::Suspicious, "suspicious"},
    {StatusCause::SourceGroup, "source_group"},
    {StatusCause::Unprotected, "unprotected"},
    {StatusCause::Disk, "disk"},
    {StatusCause::Token, "token"},
}};

}  // namespace

std::string_view to_text(StatusCause cause) {
  return name_of(kCauses, cause);
}
std::optional<StatusCause> parse_status_cause(std::string_view text) {
  return value_of(kCauses, text);
}

}  // namespace holdfast::core
