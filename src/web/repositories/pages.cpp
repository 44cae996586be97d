#include <fmt/format.h>

#include <algorithm>

#include "fleet/rows.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/queries.hpp"
#include "kit/shell/pager.hpp"
#include "kit/show.hpp"
#include "repositories/form.hpp"
#include "repositories/pages.hpp"
#include "templates.hpp"

namespace holdfast::web {
namespace {

views::RepositoryRow show_repository_row(const fleet::RepositoryRow& found, core::Time now) {
  views::RepositoryRow row;
  row.id = found.repository.id.text();
  row.name = found.repository.name;
  row.link = views::Url("/repositories").segment(row.id);
  row.url = core::redact_url(found.repository.url);
  row.hosts = found.hosts;
  row.last_backup = found.last_backup;
  row.running = found.running;
  row.now = now;
  if (!found.newest) return row;
  row.last_status = show_job_status(*found.newest, true);
  const auto& result = found.newest->result;
  if (result && result->failure && found.newest->state != core::JobState::Cancelled)
    row.trouble = result->failure->message;
  return row;
}

// Which variables are stored stays true whatever was typed.
void keep_stored(const std::vector<views::VariableGroup>& stored, std::vector<views::VariableGroup>& typed) {
  for (std::size_t i = 0; i < std::min(stored.size(), typed.size()); ++i) {
    typed[i].open |= stored[i].open;
    for (std::size_t j = 0; j < typed[i].fields.size(); ++j) typed[i].fields[j].stored = stored[i].fields[j].stored;
  }
}

std::string_view step_name(core::CheckStep step) {
  switch (step) {
    case core::CheckStep::Reached:
      return "Reached";
    case core::CheckStep::Created:
      return "Initialised";
    case core::CheckStep::Opened:
      return "Opened";
    case core::CheckStep::Written:
      return "Can write";
    case core::CheckStep::Deleted:
      return "Can delete";
  }
  return "";
}

// That a host may not delete is no fault of a backup.
views::TestStep show_step(const core::CheckedStep& step) {
  views::TestStep shown;
  shown.name = step_name(step.step);
  shown.skipped = step.state == core::StepState::Skipped;
  if (step.state == core::StepState::Failed)
    shown.level = step.step == core::CheckStep::Deleted ? views::Level::Warning : views::Level::Down;
  if (!step.failure) return shown;
  shown.message = step.failure->message;
  shown.next_step = step.failure->next_step;
  shown.neutral = step.failure->code == "delete_refused";
  if (shown.neutral) shown.name = "Append-only: cannot delete";
  return shown;
}

}  // namespace

views::ConnectionTest show_connection_test(const fleet::RepositoryOverview& overview,
                                           const std::optional<fleet::RepositoryCheck>& newest,
                                           const fleet::Agents& agents, core::Time now) {
  views::ConnectionTest test;
  test.repository = overview.repository.id.text();
  test.now = now;
  for (const auto& host : overview.hosts) {
    if (agents.is_connected(host.id))
      test.hosts.push_back({host.id.text(), host.name, newest && newest->host == host.id});
  }
  if (!newest) return test;
  test.host_name = newest->host_name;
  test.running = !newest->finished_at && !newest->lost;
  test.lost = newest->lost;
  test.at = newest->finished_at.value_or(newest->started_at);
  for (const auto& step : newest->steps) {
    test.steps.push_back(show_step(step));
    test.missing |= step.failure && step.failure->code == "repository_missing";
  }
  return test;
}

RepositoryPages::RepositoryPages(http::Router& router, Guard& guard, Shell& shell, const runtime::Clock& clock,
                                 fleet::Repositories& repositories, fleet::RepositoryChecks& checks,
                                 fleet::Hosts& hosts, fleet::Jobs& jobs, fleet::Agents& agents,
                                 RowContexts& row_contexts)
    : shell_(shell),
      clock_(clock),
      repositories_(repositories),
      checks_(checks),
      hosts_(hosts),
      jobs_(jobs),
      agents_(agents),
      row_contexts_(row_contexts) {
  add_page(router, guard, this, "GET", "/repositories", &RepositoryPages::list);
  add_page(router, guard, this, "GET", "/repositories/new", &RepositoryPages::show_new);
  add_page(router, guard, this, "POST", "/repositories", &RepositoryPages::add);
  add_page(router, guard, this, "GET", "/repositories/{id}", &RepositoryPages::show);
  add_page(router, guard, this, "POST", "/repositories/{id}", &RepositoryPages::change);
  add_page(router, guard, this, "POST", "/repositories/{id}/delete", &RepositoryPages::remove);
  add_page(router, guard, this, "POST", "/repositories/{id}/test", &RepositoryPages::test);
}

Task<http::Response> RepositoryPages::list(http::Request& request, Visitor visitor) {
  views::RepositoriesPage page;
  page.page = co_await shell_.page(request, visitor, "Repositories", views::Section::Repositories);
  const auto found = co_await repositories_.page(std::string(request.query_value("after")), kPageSize);
  for (const auto& row : found.rows) page.repositories.push_back(show_repository_row(row, page.page.now));
  const auto address = [](std::string_view after) {
    return after.empty() ? views::Url("/repositories") : views::Url("/repositories").query("after", after);
  };
  page.pager = show_pager(found, found.rows.size(), found.total, address);
  page.pager.what = found.total == 1 ? "repository" : "repositories";
  co_return render(200, render_repositories_page, page);
}

Task<http::Response> RepositoryPages::page(http::Request& request, Visitor visitor, int status,
                                           std::optional<views::RepositoryForm> form, views::FieldErrors errors) {
  const auto id = core::RepositoryId::parse(request.parameter("id"));
  views::RepositoryPage page;
  if (id) {
    const auto overview = co_await repositories_.find(*id);
    if (!overview) co_return error_page(shell_, request, overview.error());
    page.heading = overview->repository.name;
    page.form = show_stored(*overview);
    page.twins = overview->twins;
    page.test = show_connection_test(*overview, checks_.newest(*id), agents_, clock_.now());
    page.test.error = errors.of("test");
    std::vector<core::HostId> ids;
    for (const auto& host : overview->hosts) ids.push_back(host.id);
    const auto hosts = co_await hosts_.rows(std::move(ids));
    const auto context = co_await row_contexts_.of(hosts);
    for (const auto& host : hosts) {
      const auto row = show_row(host, context);
      const auto last = overview->last_good.find(host.row.host.id);
      page.hosts.push_back({row.name, row.link, row.status, row.reason, {}});
      if (last != overview->last_good.end()) page.hosts.back().last_backup = last->second;
    }
    auto unfinished = active_jobs(1);
    unfinished.repository = *id;
    const auto jobs = co_await jobs_.list(unfinished);
    page.in_use = !jobs.empty();
  } else {
    page.heading = "Add repository";
    page.form.groups = variable_groups("", {});
  }
  page.page = co_await shell_.page(request, visitor, page.heading, views::Section::Repositories);
  page.page.here = id ? views::Url("/repositories").segment(id->text()) : views::Url("/repositories/new");
  if (id) page.page.stream = views::Url("/ui/stream").query("topics", "pulse,repository:" + id->text());
  if (form) {
    form->has_server_password = page.form.has_server_password;
    keep_stored(page.form.groups, form->groups);
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

Task<http::Response> RepositoryPages::again(http::Request& request, Visitor visitor, core::Error error,
                                            std::string field) {
  auto form = show_typed(form_of(request), request.parameter("id"));
  form.errors.all.push_back({std::move(field), std::move(error.message)});
  co_return co_await page(request, std::move(visitor), status_of(error.kind), std::move(form), views::FieldErrors());
}

Task<http::Response> RepositoryPages::save(http::Request& request, Visitor visitor,
                                           std::optional<core::RepositoryId> id) {
  const auto typed = form_of(request);
  if (auto wrong = check_form(typed)) {
    core::Error error{core::ErrorKind::Invalid, "password_again", std::move(wrong->message)};
    co_return co_await again(request, std::move(visitor), std::move(error), std::move(wrong->field));
  }
  core::Result<> saved;
  const auto flash = id ? Flash::Saved : Flash::RepositoryAdded;
  if (id) {
    saved = co_await repositories_.change(*id, read_repository(typed), visitor.actor());
  } else {
    const auto added = co_await repositories_.add(read_repository(typed), visitor.actor());
    if (added) id = *added;
    if (!added) saved = std::unexpected(added.error());
  }
  if (saved) co_return redirect_with(flash, views::Url("/repositories").segment(id->text()));
  std::string field = repository_field_of(saved.error());
  co_return co_await again(request, std::move(visitor), saved.error(), std::move(field));
}

Task<http::Response> RepositoryPages::add(http::Request& request, Visitor visitor) {
  co_return co_await save(request, std::move(visitor), std::nullopt);
}

Task<http::Response> RepositoryPages::change(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::RepositoryId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  co_return co_await save(request, std::move(visitor), *id);
}

Task<http::Response> RepositoryPages::test(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::RepositoryId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto form = form_of(request);
  const auto host = core::HostId::parse(form.get("host"));
  core::Error error{core::ErrorKind::Invalid, "host_missing", "Choose a host."};
  if (host) {
    const bool initialise = form.get("initialise") == "yes";
    const auto started = co_await checks_.start(*id, *host, initialise, visitor.actor());
    if (started) co_return http::redirect(views::Url("/repositories").segment(id->text()).text());
    error = started.error();
  }
  views::FieldErrors errors;
  errors.all.push_back({"test", error.message});
  co_return co_await page(request, std::move(visitor), status_of(error.kind), std::nullopt, std::move(errors));
}

Task<http::Response> RepositoryPages::remove(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::RepositoryId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto overview = co_await repositories_.find(*id);
  if (!overview) co_return error_page(shell_, request, overview.error());
  views::FieldErrors errors;
  if (form_of(request).get("typed") != overview->repository.name) {
    errors.all.push_back({"typed", fmt::format("Type the name of the repository: {}", overview->repository.name)});
    co_return co_await page(request, std::move(visitor), 422, std::nullopt, std::move(errors));
  }
  const auto removed = co_await repositories_.remove(*id, visitor.actor());
  if (removed) co_return redirect_with(Flash::Removed, views::Url("/repositories"));
  errors.all.push_back({"typed", removed.error().message});
  co_return co_await page(request, std::move(visitor), status_of(removed.error().kind), std::nullopt,
                          std::move(errors));
}

}  // namespace holdfast::web
