#include <fmt/format.h>

#include <algorithm>

#include "hosts/limits/limits_form.hpp"
#include "hosts/pages.hpp"
#include "hosts/pauses.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/show.hpp"
#include "text/ascii.hpp"

namespace holdfast::web {
namespace {

views::SourceGroupForm read_group(const http::Form& form, const core::HostId& host, std::string_view id) {
  views::SourceGroupForm group;
  group.host = host.text();
  group.id = id;
  group.name = text::trim(form.get("name"));
  group.paths = form.get("paths");
  group.excludes = form.get("excludes");
  group.tags = form.get("tags");
  group.backup_age = form.get("backup_age");
  group.open = true;
  return group;
}

core::SourceSet sources_of(const views::SourceGroupForm& form) {
  return {split_lines(form.paths), split_lines(form.excludes), split_tags(form.tags)};
}

bool is_among(const std::vector<std::string_view>& values, std::string_view value) {
  return std::ranges::find(values, value) != values.end();
}

// Which field of the source group form an error belongs to.
std::string group_field_of(const core::Error& error) {
  if (error.code.starts_with("path") || error.code == "no_paths") return "paths";
  if (error.code.starts_with("tag")) return "tags";
  if (error.code == "limit_invalid") return "backup_age";
  if (error.code.starts_with("exclude")) return "excludes";
  if (error.code.starts_with("name")) return "name";
  return {};
}

}  // namespace

void HostPages::add_forms(http::Router& router, Guard& guard) {
  add_page(router, guard, this, "POST", "/hosts/{id}/backup", &HostPages::back_up);
  add_page(router, guard, this, "POST", "/hosts/{id}/source-groups", &HostPages::save_group);
  add_page(router, guard, this, "POST", "/hosts/{id}/source-groups/{group}", &HostPages::save_group);
  add_page(router, guard, this, "POST", "/hosts/{id}/source-groups/{group}/delete", &HostPages::remove_group);
  add_page(router, guard, this, "POST", "/hosts/{id}/protect", &HostPages::protect);
  add_page(router, guard, this, "POST", "/hosts/{id}/repositories", &HostPages::link);
  add_page(router, guard, this, "POST", "/hosts/{id}/repositories/{repository}/unlink", &HostPages::unlink);
  add_page(router, guard, this, "POST", "/hosts/{id}/rename", &HostPages::rename);
  add_page(router, guard, this, "POST", "/hosts/{id}/customer", &HostPages::move);
  add_page(router, guard, this, "POST", "/hosts/{id}/tags", &HostPages::set_tags);
  add_page(router, guard, this, "POST", "/hosts/{id}/notes", &HostPages::set_notes);
  add_page(router, guard, this, "POST", "/hosts/{id}/pause", &HostPages::pause);
  add_page(router, guard, this, "POST", "/hosts/{id}/resume", &HostPages::resume);
  add_page(router, guard, this, "POST", "/hosts/{id}/needs-backup", &HostPages::set_needs_backup);
  add_page(router, guard, this, "POST", "/hosts/{id}/limits", &HostPages::set_limits);
  add_page(router, guard, this, "POST", "/hosts/{id}/rotate", &HostPages::rotate);
  add_page(router, guard, this, "POST", "/hosts/{id}/revoke", &HostPages::revoke);
  add_page(router, guard, this, "POST", "/hosts/{id}/delete", &HostPages::remove);
}

Task<http::Response> HostPages::protect(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  std::string timezone(form_of(request).get("timezone"));
  if (timezone.empty()) timezone = "UTC";
  const auto done = co_await parts_.schedules.protect(*id, std::move(timezone), visitor.actor());
  if (done) co_return redirect_with(Flash::Protected, host_url(*id, "backups"));
  if (done.error().kind == core::ErrorKind::NotFound) co_return error_page(shell_, request, done.error());
  Problem problem;
  problem.status = status_of(done.error().kind);
  problem.errors.all.push_back({"protect", done.error().message});
  co_return co_await backups_page(request, std::move(visitor), std::move(problem));
}

Task<http::Response> HostPages::settings_with(http::Request& request, Visitor visitor, core::Error error,
                                              std::string field) {
  Problem problem;
  problem.status = status_of(error.kind);
  problem.errors.all.push_back({std::move(field), std::move(error.message)});
  problem.typed = form_of(request);
  co_return co_await settings_page(request, std::move(visitor), std::move(problem));
}

Task<http::Response> HostPages::finish(http::Request& request, Visitor visitor, core::Result<> result, Flash flash,
                                       std::string field) {
  if (!result) co_return co_await settings_with(request, std::move(visitor), result.error(), std::move(field));
  views::Url target("/hosts");
  target.segment(request.parameter("id")).segment("settings");
  co_return redirect_with(flash, target);
}

Task<http::Response> HostPages::back_up(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto form = form_of(request);
  fleet::JobRequest wanted;
  wanted.repository = core::RepositoryId::parse(form.get("repository"));
  wanted.operation =
      fleet::BackupRequest{core::SourceGroupId::parse(form.get("source_group")),
                           wanted.repository && is_among(form.all("initialise"), form.get("repository"))};
  const auto job = co_await parts_.jobs.start(*id, wanted, visitor.actor());
  if (job) co_return http::redirect(views::Url("/jobs").segment(job->id.text()).text());
  Problem problem;
  problem.status = status_of(job.error().kind);
  problem.backup = job.error().message;
  co_return co_await backups_page(request, std::move(visitor), std::move(problem));
}

Task<core::Result<>> HostPages::save(core::HostId host, const views::SourceGroupForm& form, fleet::Actor actor) {
  const auto backup_age = read_hours(form.backup_age);
  if (!backup_age) co_return std::unexpected(backup_age.error());
  auto& hosts = parts_.hosts;
  if (form.id.empty()) {
    const auto added = co_await hosts.add_source_group(host, form.name, sources_of(form), actor, *backup_age);
    if (!added) co_return std::unexpected(added.error());
    co_return core::Result<>();
  }
  const auto id = core::SourceGroupId::parse(form.id);
  if (!id) co_return core::fail(core::ErrorKind::NotFound, "no_such_source_group", "There is no such source group.");
  co_return co_await hosts.change_source_group(*id, form.name, sources_of(form), actor, *backup_age);
}

Task<http::Response> HostPages::save_group(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  if (!host) co_return error_page(shell_, request, host.error());
  auto form = read_group(form_of(request), *host, request.parameter("group"));
  const auto saved = co_await save(*host, form, visitor.actor());
  if (saved) co_return redirect_with(Flash::Saved, host_url(*host, "backups"));
  if (saved.error().kind == core::ErrorKind::NotFound) co_return error_page(shell_, request, saved.error());
  Problem problem;
  form.errors.all.push_back({group_field_of(saved.error()), saved.error().message});
  problem.group = std::move(form);
  problem.status = status_of(saved.error().kind);
  co_return co_await backups_page(request, std::move(visitor), std::move(problem));
}

Task<http::Response> HostPages::remove_group(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  const auto id = path_id<core::SourceGroupId>(request, "group");
  if (!host || !id) co_return error_page(shell_, request, host ? id.error() : host.error());
  const auto removed = co_await parts_.hosts.remove_source_group(*id, visitor.actor());
  if (!removed) co_return error_page(shell_, request, removed.error());
  co_return redirect_with(Flash::Removed, host_url(*host, "backups"));
}

Task<http::Response> HostPages::link(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  if (!host) co_return error_page(shell_, request, host.error());
  const auto form = form_of(request);
  core::Result<> linked = core::fail(core::ErrorKind::Invalid, "repository_missing", "Choose a repository.");
  if (const auto repository = core::RepositoryId::parse(form.get("repository")))
    linked = co_await parts_.repositories.link(*host, *repository, visitor.actor());
  if (linked) co_return redirect_with(Flash::Linked, host_url(*host, "backups"));
  Problem problem;
  problem.status = status_of(linked.error().kind);
  problem.errors.all.push_back({"repository", linked.error().message});
  co_return co_await backups_page(request, std::move(visitor), std::move(problem));
}

Task<http::Response> HostPages::unlink(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  const auto repository = path_id<core::RepositoryId>(request, "repository");
  if (!host || !repository) co_return error_page(shell_, request, host ? repository.error() : host.error());
  const auto unlinked = co_await parts_.repositories.unlink(*host, *repository, visitor.actor());
  if (!unlinked) co_return error_page(shell_, request, unlinked.error());
  co_return redirect_with(Flash::Unlinked, host_url(*host, "backups"));
}

Task<http::Response> HostPages::rename(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto form = form_of(request);
  std::string name(text::trim(form.get("name")));
  const auto renamed = co_await parts_.hosts.rename(*id, std::move(name), visitor.actor());
  co_return co_await finish(request, std::move(visitor), renamed, Flash::Renamed, "name");
}

Task<http::Response> HostPages::move(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto form = form_of(request);
  const auto customer = co_await parts_.customers.find(std::string(text::trim(form.get("customer"))));
  core::Result<> moved;
  if (customer)
    moved = co_await parts_.hosts.move(*id, customer->row.customer.id, visitor.actor());
  else
    moved = std::unexpected(customer.error());
  co_return co_await finish(request, std::move(visitor), moved, Flash::Moved, "customer");
}

Task<http::Response> HostPages::set_tags(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto form = form_of(request);
  const auto saved = co_await parts_.hosts.set_tags(*id, split_tags(form.get("tags")), visitor.actor());
  co_return co_await finish(request, std::move(visitor), saved, Flash::Saved, "tags");
}

Task<http::Response> HostPages::set_notes(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto form = form_of(request);
  std::string notes(form.get("notes"));
  const auto saved = co_await parts_.hosts.set_notes(*id, std::move(notes), visitor.actor());
  co_return co_await finish(request, std::move(visitor), saved, Flash::Saved, "notes");
}

Task<http::Response> HostPages::pause(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto form = form_of(request);
  const auto until = read_pause_end(form.get("until"));
  if (!until) co_return co_await settings_with(request, std::move(visitor), until.error(), "until");
  core::Pause pause;
  pause.until = *until;
  pause.reason = text::trim(form.get("reason"));
  const auto paused = co_await parts_.hosts.pause(*id, std::move(pause), visitor.actor());
  std::string field = paused || paused.error().code.contains("reason") ? "reason" : "until";
  co_return co_await finish(request, std::move(visitor), paused, Flash::Paused, std::move(field));
}

Task<http::Response> HostPages::resume(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto resumed = co_await parts_.hosts.pause(*id, std::nullopt, visitor.actor());
  co_return co_await finish(request, std::move(visitor), resumed, Flash::Resumed, "until");
}

Task<http::Response> HostPages::set_needs_backup(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto form = form_of(request);
  fleet::HostChange wanted;
  wanted.needs_backup = form.get("needs") == "yes";
  const auto changed = co_await parts_.hosts.change(*id, std::move(wanted), visitor.actor());
  co_return co_await finish(request, std::move(visitor), changed, Flash::Saved, "name");
}

Task<http::Response> HostPages::set_limits(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  Problem problem;
  problem.typed = form_of(request);
  const auto limits = read_limits(*problem.typed);
  core::Result<> set;
  if (limits)
    set = co_await parts_.hosts.set_limits(*id, *limits, visitor.actor());
  else
    set = std::unexpected(limits.error());
  if (set) co_return redirect_with(Flash::Saved, host_url(*id, "settings"));
  problem.status = status_of(set.error().kind);
  problem.limits = set.error().message;
  co_return co_await settings_page(request, std::move(visitor), std::move(problem));
}

Task<http::Response> HostPages::rotate(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  if (parts_.agents.send(*id, protocol::CredentialsRotate{}))
    co_return redirect_with(Flash::Rotated, host_url(*id, "settings"));
  core::Error error{core::ErrorKind::Conflict, "not_connected",
                    "The agent is not connected. Its credential can be changed when it is back."};
  co_return co_await settings_with(request, std::move(visitor), std::move(error), "rotate");
}

Task<http::Response> HostPages::revoke(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto revoked = co_await parts_.enrolment.revoke(*id, visitor.actor());
  if (!revoked) co_return error_page(shell_, request, revoked.error());
  co_return redirect_with(Flash::Revoked, host_url(*id, "settings"));
}

Task<http::Response> HostPages::remove(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto overview = co_await parts_.hosts.find(*id);
  if (!overview) co_return error_page(shell_, request, 404, "no_such_host", "There is no such host.");
  const auto form = form_of(request);
  if (form.get("typed") != overview->host.name) {
    core::Error error{core::ErrorKind::Invalid, "typed_wrong",
                      fmt::format("Type the name of the host: {}", overview->host.name)};
    co_return co_await settings_with(request, std::move(visitor), std::move(error), "typed");
  }
  const auto removed = co_await parts_.hosts.remove(*id, visitor.actor());
  if (!removed) co_return error_page(shell_, request, removed.error());
  co_return redirect_with(Flash::Removed, views::Url("/"));
}

}  // namespace holdfast::web
