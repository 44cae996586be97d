#include <fmt/format.h>

#include <algorithm>

#include "answers.hpp"
#include "core/text.hpp"
#include "pages/fleet_rows.hpp"
#include "pages/pages.hpp"
#include "pages/show.hpp"
#include "templates.hpp"

namespace holdfast::web {
namespace {

fleet::RepositoryEdit read_edit(const http::Form& form) {
  fleet::RepositoryEdit edit;
  edit.name = core::trim(form.get("name"));
  edit.access.url = core::trim(form.get("url"));
  edit.access.password = form.get("password");
  edit.access.server_user = form.get("clear_server_password") == "yes" ? "" : form.get("server_user");
  edit.access.server_password = form.get("server_password");
  return edit;
}

// What was typed, without the secrets.
views::RepositoryForm typed_form(const fleet::RepositoryEdit& edit, std::string_view id) {
  views::RepositoryForm form;
  form.id = id;
  form.name = edit.name;
  form.url = edit.access.url;
  form.server_user = edit.access.server_user;
  form.has_password = !id.empty();
  return form;
}

// Which field an error belongs to.
std::string field_of(const core::Error& error) {
  if (error.code.starts_with("name")) return "name";
  if (error.code.starts_with("url") || error.code.starts_with("line")) return "url";
  if (error.code.starts_with("password") || error.code.starts_with("secret")) return "password";
  if (error.code.starts_with("server_login")) return "server_user";
  return {};
}

// The newest jobs of each repository, for the list: one look at the last jobs of all.
const store::Job* newest_of(const std::vector<store::Job>& jobs, const core::RepositoryId& repository) {
  const auto found = std::ranges::find(jobs, repository, &store::Job::repository);
  return found == jobs.end() ? nullptr : &*found;
}

}  // namespace

RepositoryPages::RepositoryPages(http::Router& router, Guard& guard, Shell& shell) : shell_(shell) {
  add_page(router, guard, this, "GET", "/repositories", &RepositoryPages::list);
  add_page(router, guard, this, "GET", "/repositories/new", &RepositoryPages::show_new);
  add_page(router, guard, this, "POST", "/repositories", &RepositoryPages::add);
  add_page(router, guard, this, "GET", "/repositories/{id}", &RepositoryPages::show);
  add_page(router, guard, this, "POST", "/repositories/{id}", &RepositoryPages::change);
  add_page(router, guard, this, "POST", "/repositories/{id}/delete", &RepositoryPages::remove);
}

Task<http::Response> RepositoryPages::list(http::Request& request, Visitor visitor) {
  views::RepositoriesPage page;
  page.page = co_await shell_.page(request, visitor, "Repositories", views::Section::Repositories);
  const auto overviews = co_await shell_.parts().repositories.list();
  store::JobFilter recent;
  recent.limit = 1000;
  const auto jobs = co_await shell_.parts().jobs.list(recent);
  for (const auto& overview : overviews) {
    const auto& repository = overview.repository;
    views::RepositoryRow row;
    row.id = repository.id.text();
    row.name = repository.name;
    row.link = views::Url("/repositories").segment(row.id);
    row.url = core::redact_url(repository.url);
    row.hosts = overview.hosts.size();
    row.now = page.page.now;
    if (const auto* newest = newest_of(jobs, repository.id)) {
      row.last_status = show_job_status(*newest, true);
      const bool failed = newest->result && newest->result->failure && newest->state != core::JobState::Cancelled;
      if (failed) row.trouble = newest->result->failure->message;
    }
    for (const auto& job : jobs) {
      if (job.repository != repository.id) continue;
      row.running += job.state == core::JobState::Running;
      const bool good = job.state == core::JobState::Succeeded || job.state == core::JobState::Partial;
      if (good && !row.last_backup) row.last_backup = job.finished_at;
    }
    page.repositories.push_back(std::move(row));
  }
  co_return render(200, render_repositories_page, page);
}

Task<http::Response> RepositoryPages::page(http::Request& request, Visitor visitor, int status,
                                           std::optional<views::RepositoryForm> form, views::FieldErrors errors) {
  const auto id = core::RepositoryId::parse(request.parameter("id"));
  views::RepositoryPage page;
  if (id) {
    const auto overview = co_await shell_.parts().repositories.find(*id);
    if (!overview) co_return error_page(shell_, request, overview.error());
    page.heading = overview->repository.name;
    page.form = {id->text(),
                 overview->repository.name,
                 overview->repository.url,
                 overview->repository.server_user,
                 true,
                 overview->has_server_password,
                 {}};
    std::vector<core::HostId> ids;
    for (const auto& host : overview->hosts) ids.push_back(host.id);
    const auto hosts = co_await shell_.parts().hosts.rows(std::move(ids));
    const auto context = co_await row_context(shell_.parts(), hosts);
    for (const auto& host : hosts) {
      const auto row = show_row(host, context);
      page.hosts.push_back({row.name, row.link, row.status, row.recovery});
    }
    store::JobFilter unfinished;
    unfinished.states = {core::JobState::Queued, core::JobState::Running};
    unfinished.limit = 1000;
    const auto jobs = co_await shell_.parts().jobs.list(unfinished);
    page.in_use = newest_of(jobs, *id) != nullptr;
  } else {
    page.heading = "Add repository";
  }
  page.page = co_await shell_.page(request, visitor, page.heading, views::Section::Repositories);
  page.page.here = id ? views::Url("/repositories").segment(id->text()) : views::Url("/repositories/new");
  if (form) {
    form->has_server_password = page.form.has_server_password;
    page.form = *std::move(form);
  }
  page.errors = std::move(errors);
  co_return render(status, render_repository_page, page);
}

Task<http::Response> RepositoryPages::show_new(http::Request& request, Visitor visitor) {
  co_return co_await page(request, std::move(visitor), 200, std::nullopt, views::FieldErrors());
}

Task<http::Response> RepositoryPages::show(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::RepositoryId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  co_return co_await page(request, std::move(visitor), 200, std::nullopt, views::FieldErrors());
}

Task<http::Response> RepositoryPages::add(http::Request& request, Visitor visitor) {
  const fleet::RepositoryEdit edit = read_edit(form_of(request));
  const auto id = co_await shell_.parts().repositories.add(edit, visitor.actor());
  if (id) co_return redirect_with(Flash::Saved, views::Url("/repositories").segment(id->text()));
  auto form = typed_form(edit, "");
  form.errors.all.push_back({field_of(id.error()), id.error().message});
  co_return co_await page(request, std::move(visitor), status_of(id.error().kind), std::move(form),
                          views::FieldErrors());
}

Task<http::Response> RepositoryPages::change(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::RepositoryId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const fleet::RepositoryEdit edit = read_edit(form_of(request));
  const auto changed = co_await shell_.parts().repositories.change(*id, edit, visitor.actor());
  if (changed) co_return redirect_with(Flash::Saved, views::Url("/repositories").segment(id->text()));
  auto form = typed_form(edit, id->text());
  form.errors.all.push_back({field_of(changed.error()), changed.error().message});
  co_return co_await page(request, std::move(visitor), status_of(changed.error().kind), std::move(form),
                          views::FieldErrors());
}

Task<http::Response> RepositoryPages::remove(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::RepositoryId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto overview = co_await shell_.parts().repositories.find(*id);
  if (!overview) co_return error_page(shell_, request, overview.error());
  views::FieldErrors errors;
  if (form_of(request).get("typed") != overview->repository.name) {
    errors.all.push_back({"typed", fmt::format("Type the name of the repository: {}", overview->repository.name)});
    co_return co_await page(request, std::move(visitor), 422, std::nullopt, std::move(errors));
  }
  const auto removed = co_await shell_.parts().repositories.remove(*id, visitor.actor());
  if (removed) co_return redirect_with(Flash::Removed, views::Url("/repositories"));
  errors.all.push_back({"typed", removed.error().message});
  co_return co_await page(request, std::move(visitor), status_of(removed.error().kind), std::nullopt,
                          std::move(errors));
}

}  // namespace holdfast::web
