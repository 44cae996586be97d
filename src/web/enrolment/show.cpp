#include <fmt/format.h>

#include <algorithm>

#include "kit/show.hpp"
#include "text/look_alike.hpp"

namespace holdfast::web {

views::PendingHost show_pending(const fleet::PendingHost& pending, const std::vector<fleet::PendingHost>& all,
                                core::Time now) {
  const auto& announcement = pending.announcement;
  const auto form = text::look_alike_form(announcement.name);
  const auto same_name = std::ranges::count_if(
      all, [&](const auto& other) { return text::look_alike_form(other.announcement.name) == form; });
  views::PendingHost view;
  view.id = announcement.id.text();
  view.name = announcement.name;
  view.os = announcement.os;
  view.arch = announcement.arch;
  view.agent_version = announcement.agent_version;
  view.address = announcement.address;
  view.announced_at = announcement.announced_at;
  view.expires_at = announcement.expires_at;
  view.fingerprint = pending.fingerprint;
  view.collision = pending.look_alike ? views::Collision::KnownHost
                   : same_name > 1    ? views::Collision::OtherWaiting
                                      : views::Collision::None;
  if (pending.look_alike) view.known_host = host_url(*pending.look_alike);
  view.now = now;
  return view;
}

views::RejectedHost show_rejected(const fleet::PendingHost& rejected) {
  return {rejected.announcement.name, rejected.announcement.address, rejected.fingerprint,
          rejected.announcement.announced_at};
}

}  // namespace holdfast::web
