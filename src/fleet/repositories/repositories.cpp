#include "fleet/repositories/repositories.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "jobs/plan_rules.hpp"
#include "new_id.hpp"
#include "repositories/no_repository.hpp"
#include "store/accounts/accounts.hpp"
#include "store/hosts/hosts.hpp"
#include "store/jobs/jobs.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

std::string password_context(const core::RepositoryId& id) {
  return "repositories.password:" + id.text();
}
std::string server_password_context(const core::RepositoryId& id) {
  return "repositories.server_password:" + id.text();
}

std::string variable_context(const core::RepositoryId& id, std::string_view name) {
  return fmt::format("repository_variables:{}:{}", id.text(), name);
}

auto name_taken() {
  return fail(ErrorKind::Conflict, "name_taken", "There is a repository of this name already.");
}

RepositoryOverview overview_of(store::View& view, core::Repository repository) {
  auto hosts = store::hosts_of(view, repository.id);
  const bool has_server_password = !repository.sealed_server_password.empty();
  std::vector<std::string> variables;
  for (const auto& [name, sealed] : repository.sealed_variables) variables.push_back(name);
  repository.sealed_password.clear();
  repository.sealed_server_password.clear();
  repository.sealed_variables.clear();
  return {std::move(repository), has_server_password, std::move(variables), std::move(hosts), {}, {}};
}

// Those that a repository at this address can have.
core::Variables variables_for(std::string_view url, core::Variables variables) {
  const auto backend = core::backend_of(url);
  std::erase_if(variables, [&](const auto& one) { return !backend || !core::find_variable(*backend, one.first); });
  return variables;
}

bool is_in_use(store::View& view, const core::RepositoryId& id) {
  core::JobFilter unfinished;
  unfinished.repository = id;
  unfinished.states = {core::JobState::Queued, core::JobState::Running};
  unfinished.limit = 1;
  return store::count_jobs(view, unfinished) > 0;
}

std::size_t count_running(store::View& view, const core::RepositoryId& id) {
  core::JobFilter running;
  running.repository = id;
  running.states = {core::JobState::Running};
  running.limit = 1000;
  return store::count_jobs(view, running);
}

RepositoryRow row_of(store::View& view, const core::RepositoryId& id) {
  auto overview = overview_of(view, store::find_repository(view, id).value());
  core::JobFilter newest;
  newest.repository = id;
  newest.limit = 1;
  auto jobs = store::list_jobs(view, newest);
  RepositoryRow row{std::move(overview.repository), overview.hosts.size(), {}, store::last_good_backup(view, id), 0};
  row.running = count_running(view, id);
  if (!jobs.empty()) row.newest = std::move(jobs.front());
  return row;
}

RepositoryListPage read_repository_page(store::View& view, std::string_view after, std::size_t limit) {
  const auto ids = store::list_repository_ids(view);
  const auto cursor = [&](std::size_t behind) { return behind == 0 ? std::string() : ids[behind - 1].text(); };
  RepositoryListPage page;
  page.total = ids.size();
  const auto last = std::ranges::find(ids, after, &core::RepositoryId::text);
  if (last != ids.end() && last + 1 != ids.end()) page.before = static_cast<std::size_t>(last - ids.begin()) + 1;
  const auto end = std::min(page.before + limit, ids.size());
  for (auto i = page.before; i < end; ++i) page.rows.push_back(row_of(view, ids[i]));
  if (page.before > limit) page.previous = cursor(page.before - limit);
  if (end == ids.size()) return page;
  page.next = cursor(end);
  page.last = cursor((ids.size() - 1) / limit * limit);
  return page;
}

Result<> check_outside_sources(store::View& view, const core::Repository& repository, const core::HostId& host) {
  for (const auto& group : store::list_source_groups(view, host)) {
    if (auto checked = check_not_inside(repository, group); !checked) return checked;
  }
  return {};
}

}  // namespace

Result<core::RepositoryAccess> open_access(const runtime::SecretBox& secrets, const core::Repository& repository) {
  const auto unreadable = fail(ErrorKind::Unavailable, "secret_unreadable",
                               "The hub cannot open the password of this repository: its key file does not belong to "
                               "its database. Enter the password again.");
  auto password = secrets.open(password_context(repository.id), repository.sealed_password);
  std::optional<std::string> server_password = std::string();
  if (!repository.sealed_server_password.empty()) {
    server_password = secrets.open(server_password_context(repository.id), repository.sealed_server_password);
  }
  if (!password || !server_password) return unreadable;
  core::RepositoryAccess access{repository.url, *std::move(password), repository.server_user,
                                *std::move(server_password)};
  for (const auto& [name, sealed] : repository.sealed_variables) {
    auto value = secrets.open(variable_context(repository.id, name), sealed);
    if (!value) return unreadable;
    access.environment[name] = *std::move(value);
  }
  return access;
}

void Repositories::seal(core::Repository& repository, const core::RepositoryAccess& access) const {
  repository.url = access.url;
  repository.server_user = access.server_user;
  repository.sealed_password = secrets_.seal(password_context(repository.id), access.password);
  repository.sealed_server_password.clear();
  if (!access.server_password.empty()) {
    repository.sealed_server_password = secrets_.seal(server_password_context(repository.id), access.server_password);
  }
  repository.sealed_variables.clear();
  for (const auto& [name, value] : access.environment)
    repository.sealed_variables[name] = secrets_.seal(variable_context(repository.id, name), value);
}

// What is stored, with what was typed over it. A repository without a sealed password is new.
Result<> Repositories::apply(core::Repository& repository, RepositoryEdit edit) const {
  const bool is_new = repository.sealed_password.empty();
  if (auto checked = core::check_name("The repository name", edit.name); !checked) return checked;
  if (auto checked = core::check_typed_password(edit.access.password, edit.password_of);
      !checked && !edit.access.password.empty())
    return checked;
  const auto stored = is_new ? Result<core::RepositoryAccess>() : open_access(secrets_, repository);
  if (edit.access.password.empty() && !stored) return std::unexpected(stored.error());
  if (edit.access.password.empty()) edit.access.password = stored->password;
  const bool same_login = !edit.access.server_user.empty() && edit.access.server_password.empty();
  if (same_login && stored) edit.access.server_password = stored->server_password;
  if (stored) edit.access.environment = variables_for(edit.access.url, stored->environment);
  for (auto& [name, value] : edit.variables) {
    edit.access.environment.erase(name);
    if (value) edit.access.environment[name] = *std::move(value);
  }
  if (auto checked = core::check_repository_access(edit.access); !checked) return checked;
  repository.name = edit.name;
  repository.existing |= edit.password_of == core::PasswordOf::Existing_repository;
  seal(repository, edit.access);
  return {};
}

Task<std::vector<RepositoryOverview>> Repositories::list() {
  const auto look = [](store::View& view) {
    std::vector<RepositoryOverview> overviews;
    for (auto& repository : store::list_repositories(view))
      overviews.push_back(overview_of(view, std::move(repository)));
    return overviews;
  };
  co_return co_await database_.read(look);
}

Task<RepositoryListPage> Repositories::page(std::string after, std::size_t limit) {
  const auto look = [&](store::View& view) { return read_repository_page(view, after, limit); };
  co_return co_await database_.read(look);
}

Task<Result<RepositoryOverview>> Repositories::find(core::RepositoryId id) {
  const auto look = [&](store::View& view) -> Result<RepositoryOverview> {
    auto repository = store::find_repository(view, id);
    if (!repository) return no_repository();
    auto overview = overview_of(view, *std::move(repository));
    overview.last_good = store::last_good_by_host(view, id);
    overview.twins = store::twins_of_repository(view, overview.repository);
    return overview;
  };
  co_return co_await database_.read(look);
}

Task<Result<core::RepositoryId>> Repositories::add(RepositoryEdit edit, Actor actor) {
  core::Repository repository;
  repository.created_at = clock_.now();
  repository.id = new_id<core::RepositoryId>(repository.created_at);
  if (auto applied = apply(repository, std::move(edit)); !applied) co_return std::unexpected(applied.error());
  const auto insert = [&](Unit& unit) -> Result<core::RepositoryId> {
    repository.customer = store::default_customer(unit).id;
    if (!store::add_repository(unit, repository)) return name_taken();
    unit.audit("repository.add", repository.id.text(), repository.name);
    unit.tell(Topic::Repository, repository.id.text());
    return repository.id;
  };
  co_return co_await units_.run(std::move(actor), insert);
}

Task<Result<>> Repositories::change(core::RepositoryId id, RepositoryEdit edit, Actor actor) {
  const auto update = [&](Unit& unit) -> Result<> {
    auto repository = store::find_repository(unit, id);
    if (!repository) return no_repository();
    const auto url = repository->url;
    if (auto applied = apply(*repository, std::move(edit)); !applied) return applied;
    for (const auto& host : store::hosts_of(unit, id)) {
      if (repository->url == url) break;
      if (auto checked = check_outside_sources(unit, *repository, host.id); !checked) return checked;
    }
    if (!store::update_repository(unit, *repository)) return name_taken();
    for (const auto& host : store::hosts_of(unit, id)) unit.plan(host.id);
    unit.audit("repository.change", id.text(), repository->name);
    unit.tell(Topic::Repository, id.text());
    return {};
  };
  co_return co_await units_.run(std::move(actor), update);
}

Task<Result<>> Repositories::remove(core::RepositoryId id, Actor actor) {
  const auto erase = [&](Unit& unit) -> Result<> {
    if (is_in_use(unit, id))
      return fail(ErrorKind::Conflict, "repository_busy", "A job on this repository is still active.");
    const auto hosts = store::hosts_of(unit, id);
    if (!store::remove_repository(unit, id)) return no_repository();
    for (const auto& host : hosts) unit.judge(host.id);
    unit.audit("repository.remove", id.text());
    unit.tell(Topic::Repository, id.text());
    return {};
  };
  co_return co_await units_.run(std::move(actor), erase);
}

Task<Result<>> Repositories::link(core::HostId host, core::RepositoryId repository, Actor actor) {
  const auto insert = [&](Unit& unit) -> Result<> {
    if (!store::find_host(unit, host)) return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
    const auto found = store::find_repository(unit, repository);
    if (!found) return no_repository();
    if (auto checked = check_outside_sources(unit, *found, host); !checked) return checked;
    store::link_repository(unit, host, repository, unit.now());
    unit.judge(host);
    unit.audit("repository.link", repository.text(), host.text());
    return {};
  };
  co_return co_await units_.run(std::move(actor), insert);
}

Task<Result<>> Repositories::unlink(core::HostId host, core::RepositoryId repository, Actor actor) {
  const auto erase = [&](Unit& unit) -> Result<> {
    if (!store::find_host(unit, host)) return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
    store::unlink_repository(unit, host, repository);
    unit.judge(host);
    unit.audit("repository.unlink", repository.text(), host.text());
    return {};
  };
  co_return co_await units_.run(std::move(actor), erase);
}

}  // namespace holdfast::fleet
