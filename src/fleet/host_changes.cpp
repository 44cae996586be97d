#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "fleet/hosts.hpp"
#include "pauses.hpp"
#include "store/accounts.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::size_t kMaxTagLength = 40;  // characters
constexpr std::size_t kReportsAtOnce = 500;
constexpr std::size_t kLogLinesAtOnce = 1000;

auto no_host() {
  return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

Result<> check_tag(std::string_view tag) {
  const bool clean = core::is_valid_utf8(tag) && !core::has_control_character(tag) &&
                     tag.find_first_of(" ,\"'") == std::string_view::npos && !tag.starts_with('-');
  const auto length = count_characters(tag);
  if (clean && length >= 1 && length <= kMaxTagLength) return {};
  return fail(ErrorKind::Invalid, "tag_invalid",
              "A tag is 1 to 40 characters without blanks, commas and quotes, and does not begin with a minus.");
}

// As they are stored: in lower case, in order, each once.
Result<std::vector<std::string>> tidy_tags(const std::vector<std::string>& wanted) {
  std::vector<std::string> tags;
  for (const auto& tag : wanted) {
    tags.push_back(core::to_lower_ascii(core::trim(tag)));
    if (auto checked = check_tag(tags.back()); !checked) return std::unexpected(checked.error());
  }
  std::ranges::sort(tags);
  const auto doubled = std::ranges::unique(tags);
  tags.erase(doubled.begin(), doubled.end());
  if (tags.size() > kMaxTags)
    return fail(ErrorKind::Invalid, "too_many_tags", fmt::format("A host has at most {} tags.", kMaxTags));
  return tags;
}

// Whether all of it can be, as far as that is known without the database. Tidies the tags.
Result<> check(HostChange& wanted) {
  if (wanted.name) {
    if (auto checked = core::check_name("The host name", *wanted.name); !checked) return checked;
  }
  if (wanted.tags) {
    auto tags = tidy_tags(*wanted.tags);
    if (!tags) return std::unexpected(tags.error());
    wanted.tags = *std::move(tags);
  }
  if (wanted.notes && (wanted.notes->size() > kMaxNotesBytes || !core::is_valid_utf8(*wanted.notes))) {
    return fail(ErrorKind::Invalid, "notes_invalid",
                fmt::format("Notes are UTF-8 text of at most {} bytes.", kMaxNotesBytes));
  }
  return {};
}

// Writes entries that differ in what was done alone.
struct Audit {
  store::Transaction& tx;
  store::AuditEntry entry;

  void add(std::string action, std::string detail) const {
    auto added = entry;
    added.action = std::move(action);
    added.detail = std::move(detail);
    store::add_audit(tx, added);
  }
};

Result<> move_to(store::Transaction& tx, const core::HostId& id, const std::optional<core::CustomerId>& customer,
                 const Audit& audit) {
  if (!customer) return {};
  const auto target = store::find_customer(tx, *customer);
  if (!target) return fail(ErrorKind::NotFound, "no_such_customer", "There is no such customer.");
  if (!store::move_host(tx, id, *customer))
    return fail(ErrorKind::Conflict, "name_taken", "A host of that customer reports by the same name already.");
  audit.add("host.move", target->slug);
  return {};
}

void store_texts(store::Transaction& tx, const core::HostId& id, const HostChange& wanted, const Audit& audit) {
  if (wanted.name) {
    store::rename_host(tx, id, *wanted.name);
    audit.add("host.rename", *wanted.name);
  }
  if (wanted.tags) {
    store::set_host_tags(tx, id, *wanted.tags);
    audit.add("host.tag", fmt::format("{}", fmt::join(*wanted.tags, " ")));
  }
  if (wanted.notes) {
    store::set_host_notes(tx, id, *wanted.notes);
    audit.add("host.note", "");
  }
}

}  // namespace

Task<Result<>> Hosts::change(core::HostId id, HostChange wanted, Actor actor) {
  if (auto checked = check(wanted); !checked) co_return checked;
  const auto now = clock_.now();
  bool status_changed = false;
  const auto apply = [&](store::Transaction& tx) -> Result<> {
    if (!store::find_host(tx, id)) return no_host();
    const Audit audit{tx, {now, actor.name, "", id.text(), "", actor.address}};
    // Only this can still fail, so it comes first: an error undoes nothing.
    if (auto moved = move_to(tx, id, wanted.customer, audit); !moved) return moved;
    store_texts(tx, id, wanted, audit);
    if (wanted.customer) status_changed = watch_.judge(tx, id, now);
    return {};
  };
  Result<> changed = co_await database_.write(apply);
  if (!changed) co_return changed;
  watch_.tell(id, status_changed);
  if (wanted.customer) live_.publish(Topic::Customer);
  co_return changed;
}

Task<Result<>> Hosts::rename(core::HostId id, std::string name, Actor actor) {
  HostChange wanted;
  wanted.name = std::move(name);
  co_return co_await change(std::move(id), std::move(wanted), std::move(actor));
}

Task<Result<>> Hosts::set_tags(core::HostId id, std::vector<std::string> tags, Actor actor) {
  HostChange wanted;
  wanted.tags = std::move(tags);
  co_return co_await change(std::move(id), std::move(wanted), std::move(actor));
}

Task<Result<>> Hosts::set_notes(core::HostId id, std::string notes, Actor actor) {
  HostChange wanted;
  wanted.notes = std::move(notes);
  co_return co_await change(std::move(id), std::move(wanted), std::move(actor));
}

Task<Result<>> Hosts::move(core::HostId id, core::CustomerId customer, Actor actor) {
  HostChange wanted;
  wanted.customer = std::move(customer);
  co_return co_await change(std::move(id), std::move(wanted), std::move(actor));
}

Task<Result<>> Hosts::pause(core::HostId id, std::optional<store::Pause> wanted, Actor actor) {
  const auto now = clock_.now();
  const auto pause = complete_pause(std::move(wanted), actor, now);
  if (!pause) co_return std::unexpected(pause.error());
  bool status_changed = false;
  const auto change = [&](store::Transaction& tx) {
    if (!store::find_host(tx, id)) return false;
    store::set_host_pause(tx, id, *pause);
    status_changed = watch_.judge(tx, id, now);
    store::add_audit(
        tx, {now, actor.name, *pause ? "host.pause" : "host.resume", id.text(), describe_pause(*pause), actor.address});
    return true;
  };
  const bool changed = co_await database_.write(change);
  if (!changed) co_return no_host();
  watch_.tell(id, status_changed);
  co_return Result<>{};
}

// Its reports and the logs of its jobs go first, in steps, because the writer has others to serve.
Task<Result<>> Hosts::remove(core::HostId id, Actor actor) {
  const auto remove_some = [&](store::Transaction& tx) {
    if (!store::find_host(tx, id)) return std::size_t(0);
    const auto reports = store::remove_reports_of(tx, id, kReportsAtOnce);
    return reports > 0 ? reports : store::remove_log_of(tx, id, kLogLinesAtOnce);
  };
  std::size_t removed_rows = 1;
  while (removed_rows > 0) removed_rows = co_await database_.write(remove_some);
  const auto erase = [&](store::Transaction& tx) {
    const auto host = store::find_host(tx, id);
    if (!host || !store::remove_host(tx, id)) return false;
    store::add_audit(tx, {clock_.now(), actor.name, "host.remove", id.text(), host->name, actor.address});
    return true;
  };
  const bool removed = co_await database_.write(erase);
  if (!removed) co_return no_host();
  agents_.close(id, protocol::CloseCode::Revoked, "this host was removed from the hub");
  watch_.tell(id, true);
  co_return Result<>{};
}

}  // namespace holdfast::fleet
