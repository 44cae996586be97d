#include <fmt/format.h>

#include <algorithm>

#include "answers.hpp"
#include "core/text.hpp"
#include "pages/pages.hpp"
#include "pages/show.hpp"
#include "templates.hpp"

namespace holdfast::web {
namespace {

views::Url host_url(const core::HostId& id) {
  return views::Url("/hosts").segment(id.text());
}

views::SourceGroupForm read_group(const http::Form& form, const core::HostId& host, std::string_view id) {
  views::SourceGroupForm group;
  group.host = host.text();
  group.id = id;
  group.name = core::trim(form.get("name"));
  group.paths = form.get("paths");
  group.excludes = form.get("excludes");
  group.tags = form.get("tags");
  group.open = true;
  return group;
}

core::SourceSet sources_of(const views::SourceGroupForm& form) {
  return {split_lines(form.paths), split_lines(form.excludes), split_lines(form.tags)};
}

// Which field of the source group form an error belongs to.
std::string group_field_of(const core::Error& error) {
  if (error.code.starts_with("path") || error.code == "no_paths") return "paths";
  if (error.code.starts_with("tag")) return "tags";
  if (error.code.starts_with("name")) return "name";
  return {};
}

std::vector<views::Fact> connection_facts(const fleet::HostOverview& overview, core::Time now) {
  std::vector<views::Fact> facts;
  if (overview.presence) {
    facts.push_back(
        {"Agent", fmt::format("Connected for {}", core::format_age(now - overview.presence->connected_since))});
  } else if (overview.host.last_seen_at) {
    facts.push_back(
        {"Agent", fmt::format("Not connected, last seen {} ago", core::format_age(now - *overview.host.last_seen_at))});
  } else {
    facts.push_back({"Agent", "Never connected"});
  }
  const auto& host = overview.host.facts;
  if (!host.address.empty()) facts.push_back({"Address", host.address});
  if (!host.agent_version.empty()) facts.push_back({"Agent version", host.agent_version});
  facts.push_back({"restic", host.restic_version.empty() ? "not found on the host" : host.restic_version});
  return facts;
}

std::vector<views::Fact> system_facts(const store::Host& host) {
  std::vector<views::Fact> facts;
  const auto add = [&](std::string label, const std::string& value) {
    if (!value.empty()) facts.push_back({std::move(label), value});
  };
  add("Host name", host.facts.hostname);
  add("System", host.facts.os);
  add("Kernel", host.facts.kernel);
  add("Architecture", host.facts.arch);
  add("Host ID", host.id.text());
  return facts;
}

std::optional<views::Notice> problem_of(const fleet::HostDetail& detail) {
  const auto& status = detail.overview.status;
  if (status.state < core::HostState::Warning) return std::nullopt;
  views::Notice notice;
  notice.tone = status.state == core::HostState::Down ? views::Tone::Down : views::Tone::Warning;
  notice.strong = status.reason + ".";
  const auto last = std::ranges::find_if(detail.jobs, [](const auto& job) { return core::is_final(job.state); });
  if (last != detail.jobs.end() && last->result && last->result->failure && detail.overview.presence) {
    notice.text = fmt::format("{} {}", last->result->failure->message, last->result->failure->next_step);
    notice.link = views::Url("/jobs").segment(last->id.text());
    notice.link_text = "See the job";
  }
  return notice;
}

std::vector<views::Option> other_repositories(const std::vector<fleet::RepositoryOverview>& all,
                                              const std::vector<store::Repository>& linked) {
  std::vector<views::Option> options;
  for (const auto& overview : all) {
    const bool is_linked =
        std::ranges::any_of(linked, [&](const auto& repository) { return repository.id == overview.repository.id; });
    if (!is_linked) options.push_back({overview.repository.id.text(), overview.repository.name, false});
  }
  return options;
}

}  // namespace

HostPages::HostPages(http::Router& router, Guard& guard, Shell& shell) : shell_(shell) {
  add_page(router, guard, this, "GET", "/hosts/{id}", &HostPages::show);
  add_page(router, guard, this, "POST", "/hosts/{id}/backup", &HostPages::back_up);
  add_page(router, guard, this, "POST", "/hosts/{id}/source-groups", &HostPages::save_group);
  add_page(router, guard, this, "POST", "/hosts/{id}/source-groups/{group}", &HostPages::save_group);
  add_page(router, guard, this, "POST", "/hosts/{id}/source-groups/{group}/delete", &HostPages::remove_group);
  add_page(router, guard, this, "POST", "/hosts/{id}/repositories", &HostPages::link);
  add_page(router, guard, this, "POST", "/hosts/{id}/repositories/{repository}/unlink", &HostPages::unlink);
  add_page(router, guard, this, "POST", "/hosts/{id}/rename", &HostPages::rename);
  add_page(router, guard, this, "POST", "/hosts/{id}/rotate", &HostPages::rotate);
  add_page(router, guard, this, "POST", "/hosts/{id}/revoke", &HostPages::revoke);
  add_page(router, guard, this, "POST", "/hosts/{id}/delete", &HostPages::remove);
}

Task<http::Response> HostPages::show(http::Request& request, Visitor visitor) {
  Problem none;
  co_return co_await page(request, std::move(visitor), 200, std::move(none));
}

Task<http::Response> HostPages::page(http::Request& request, Visitor visitor, int status, Problem problem) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto detail = co_await shell_.parts().hosts.detail(*id);
  if (!detail) co_return error_page(shell_, request, detail.error());
  const auto repositories = co_await shell_.parts().repositories.list();
  const auto& overview = detail->overview;
  views::HostPage page;
  page.page = co_await shell_.page(request, visitor, overview.host.name, views::Section::Fleet, "host:" + id->text());
  page.page.here = host_url(*id);
  const auto now = page.page.now;
  page.head = show_head(*detail, now);
  page.head.backup.error = problem.backup;
  page.revoked = !overview.has_bearer;
  page.problem = problem_of(*detail);
  for (const auto& group : detail->source_groups) {
    page.source_groups.push_back(show_group(group));
    if (problem.group && problem.group->id == group.id.text()) page.source_groups.back().form = *problem.group;
  }
  page.new_source_group.host = id->text();
  if (problem.group && problem.group->id.empty()) page.new_source_group = *problem.group;
  for (const auto& repository : detail->repositories) {
    page.repositories.push_back({repository.id.text(), repository.name, core::redact_url(repository.url),
                                 views::Url("/repositories").segment(repository.id.text()), page.repositories.empty()});
  }
  page.other_repositories = other_repositories(repositories, detail->repositories);
  for (const auto& job : detail->jobs) page.jobs.jobs.push_back(show_job_row(job, overview.presence.has_value(), now));
  page.all_jobs = views::Url("/jobs").query("host", id->text());
  page.connection = connection_facts(overview, now);
  page.system = system_facts(overview.host);
  page.errors = problem.errors;
  co_return render(status, render_host_page, page);
}

Task<http::Response> HostPages::page_with(http::Request& request, Visitor visitor, core::Error error,
                                          std::string field) {
  Problem problem;
  problem.errors.all.push_back({std::move(field), error.message});
  co_return co_await page(request, std::move(visitor), status_of(error.kind), std::move(problem));
}

Task<http::Response> HostPages::back_up(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto form = form_of(request);
  fleet::JobRequest wanted;
  wanted.repository = core::RepositoryId::parse(form.get("repository"));
  wanted.source_group = core::SourceGroupId::parse(form.get("source_group"));
  wanted.initialise = form.get("initialise") == "yes";
  const auto job = co_await shell_.parts().jobs.start(*id, wanted, visitor.actor());
  if (job) co_return http::redirect(views::Url("/jobs").segment(job->id.text()).text());
  Problem problem;
  problem.backup = job.error().message;
  co_return co_await page(request, std::move(visitor), status_of(job.error().kind), std::move(problem));
}

Task<http::Response> HostPages::save_group(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  if (!host) co_return error_page(shell_, request, host.error());
  auto form = read_group(form_of(request), *host, request.parameter("group"));
  core::Result<> saved;
  if (form.id.empty()) {
    const auto added =
        co_await shell_.parts().hosts.add_source_group(*host, form.name, sources_of(form), visitor.actor());
    if (!added) saved = std::unexpected(added.error());
  } else {
    const auto id = path_id<core::SourceGroupId>(request, "group");
    if (!id) co_return error_page(shell_, request, id.error());
    saved = co_await shell_.parts().hosts.change_source_group(*id, form.name, sources_of(form), visitor.actor());
  }
  if (saved) co_return redirect_with(Flash::Saved, host_url(*host));
  Problem problem;
  form.errors.all.push_back({group_field_of(saved.error()), saved.error().message});
  problem.group = std::move(form);
  co_return co_await page(request, std::move(visitor), status_of(saved.error().kind), std::move(problem));
}

Task<http::Response> HostPages::remove_group(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  const auto id = path_id<core::SourceGroupId>(request, "group");
  if (!host || !id) co_return error_page(shell_, request, host ? id.error() : host.error());
  const auto removed = co_await shell_.parts().hosts.remove_source_group(*id, visitor.actor());
  if (!removed) co_return error_page(shell_, request, removed.error());
  co_return redirect_with(Flash::Removed, host_url(*host));
}

Task<http::Response> HostPages::link(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  if (!host) co_return error_page(shell_, request, host.error());
  const auto form = form_of(request);
  const auto repository = core::RepositoryId::parse(form.get("repository"));
  if (!repository) {
    core::Error error{core::ErrorKind::Invalid, "repository_missing", "Choose a repository."};
    co_return co_await page_with(request, std::move(visitor), std::move(error), "repository");
  }
  const auto linked = co_await shell_.parts().repositories.link(*host, *repository, visitor.actor());
  if (!linked) co_return co_await page_with(request, std::move(visitor), linked.error(), "repository");
  co_return redirect_with(Flash::Linked, host_url(*host));
}

Task<http::Response> HostPages::unlink(http::Request& request, Visitor visitor) {
  const auto host = path_id<core::HostId>(request);
  const auto repository = path_id<core::RepositoryId>(request, "repository");
  if (!host || !repository) co_return error_page(shell_, request, host ? repository.error() : host.error());
  const auto unlinked = co_await shell_.parts().repositories.unlink(*host, *repository, visitor.actor());
  if (!unlinked) co_return error_page(shell_, request, unlinked.error());
  co_return redirect_with(Flash::Unlinked, host_url(*host));
}

Task<http::Response> HostPages::rename(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto form = form_of(request);
  std::string name(core::trim(form.get("name")));
  const auto renamed = co_await shell_.parts().hosts.rename(*id, std::move(name), visitor.actor());
  if (!renamed) co_return co_await page_with(request, std::move(visitor), renamed.error(), "rename");
  co_return redirect_with(Flash::Renamed, host_url(*id));
}

Task<http::Response> HostPages::rotate(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  if (shell_.parts().agents.send(*id, protocol::CredentialsRotate{}))
    co_return redirect_with(Flash::Rotated, host_url(*id));
  core::Error error{core::ErrorKind::Conflict, "not_connected",
                    "The agent is not connected. Its credential can be changed when it is back."};
  co_return co_await page_with(request, std::move(visitor), std::move(error), "rotate");
}

Task<http::Response> HostPages::revoke(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto revoked = co_await shell_.parts().enrolment.revoke(*id, visitor.actor());
  if (!revoked) co_return error_page(shell_, request, revoked.error());
  shell_.parts().agents.close(*id, protocol::CloseCode::Revoked, "the bearer of this host was revoked");
  co_return redirect_with(Flash::Revoked, host_url(*id));
}

Task<http::Response> HostPages::remove(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::HostId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto overview = co_await shell_.parts().hosts.find(*id);
  if (!overview) co_return error_page(shell_, request, 404, "no_such_host", "There is no such host.");
  const auto form = form_of(request);
  if (form.get("typed") != overview->host.name) {
    core::Error error{core::ErrorKind::Invalid, "typed_wrong",
                      fmt::format("Type the name of the host: {}", overview->host.name)};
    co_return co_await page_with(request, std::move(visitor), std::move(error), "typed");
  }
  const auto removed = co_await shell_.parts().hosts.remove(*id, visitor.actor());
  if (!removed) co_return error_page(shell_, request, removed.error());
  co_return redirect_with(Flash::Removed, views::Url("/"));
}

}  // namespace holdfast::web
