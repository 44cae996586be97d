#include "backup/source_review.hpp"

namespace holdfast::restic {
namespace {

// restic of each version ends without a snapshot at a path of these.
bool stops_restic(SourceState state) {
  return state == SourceState::Missing || state == SourceState::Unreachable || state == SourceState::Silent;
}

std::optional<SourceTrouble> plain_trouble_of(SourceState state) {
  switch (state) {
    case SourceState::There:
      return std::nullopt;
    case SourceState::Empty:
      return SourceTrouble::Empty;
    case SourceState::Link:
      return SourceTrouble::Only_a_link;
    case SourceState::Special:
      return SourceTrouble::Special_file;
    case SourceState::Missing:
      return SourceTrouble::Missing;
    case SourceState::Unreachable:
      return SourceTrouble::Unreachable;
    case SourceState::Silent:
      return SourceTrouble::Silent;
  }
  return std::nullopt;
}

bool is_inside(std::string_view path, std::string_view folder) {
  while (folder.ends_with('/')) folder.remove_suffix(1);
  return path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

}  // namespace

SourceReview::SourceReview(const Installation& installation, const BackupRequest& request, const Redactor& redactor)
    : paths_(request.sources.paths),
      redactor_(redactor),
      past_(installation.past_directory, request.plan, request.sources, request.accepted) {}

void SourceReview::take(const std::vector<SourceLook>& looks) {
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    const auto& look = looks[i];
    if (const auto trouble = trouble_of(paths_[i], look, looks)) troubles_.push_back(*trouble);
    if (!stops_restic(look.state)) present_.push_back(paths_[i]);
    has_something_ |= look.state == SourceState::There;
    if (look.state == SourceState::There) past_.note(paths_[i], look.mount_point);
  }
}

std::optional<TroubledSource> SourceReview::trouble_of(const std::string& path, const SourceLook& look,
                                                       const std::vector<SourceLook>& looks) const {
  const auto shown = redactor_.clean(path);
  if (const auto lost = past_.lost(path, look.mount_point); !lost.empty())
    return TroubledSource{SourceTrouble::Not_mounted, shown, redactor_.clean(lost)};
  if (look.state == SourceState::Link && leads_into_another(look.detail, looks)) return std::nullopt;
  const auto trouble = plain_trouble_of(look.state);
  if (!trouble) return std::nullopt;
  return TroubledSource{*trouble, shown, redactor_.clean(look.detail)};
}

bool SourceReview::leads_into_another(const std::string& target, const std::vector<SourceLook>& looks) const {
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    if (looks[i].state == SourceState::There && is_inside(target, paths_[i])) return true;
  }
  return false;
}

}  // namespace holdfast::restic
