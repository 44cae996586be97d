#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"
#include "text/ulid.hpp"

// Ids as everybody outside the store sees them: ULIDs.
namespace holdfast::core {

// A ULID that names one kind of thing, so that a host id never passes for a job id.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string ulid) : text_(std::move(ulid)) {}

  // Nothing when `text` is no ULID.
  static std::optional<Id> parse(std::string_view text) {
    if (!text::is_ulid(text)) return std::nullopt;
    return Id(std::string(text));
  }
  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  auto operator<=>(const Id&) const = default;

 private:
  std::string text_;
};

using CustomerId = Id<struct CustomerTag>;
using CustomerKeyId = Id<struct CustomerKeyTag>;
using HostId = Id<struct HostTag>;
using RepositoryId = Id<struct RepositoryTag>;
using SourceGroupId = Id<struct SourceGroupTag>;
using JobId = Id<struct JobTag>;
using CheckId = Id<struct CheckTag>;
using ReportId = Id<struct ReportTag>;
using UserId = Id<struct UserTag>;
using AnnouncementId = Id<struct AnnouncementTag>;
using EnrolmentTokenId = Id<struct EnrolmentTokenTag>;
using ScheduleId = Id<struct ScheduleTag>;

}  // namespace holdfast::core

template <class Tag>
struct std::hash<holdfast::core::Id<Tag>> {
  std::size_t operator()(const holdfast::core::Id<Tag>& id) const { return std::hash<std::string>{}(id.text()); }
};
