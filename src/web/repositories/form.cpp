#include "repositories/form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "text/ascii.hpp"

namespace holdfast::web {
namespace {

using core::Backend;

struct Kind {
  Backend backend;
  std::string_view heading;
  std::string_view prefixes;
};
constexpr auto kKinds = std::to_array<Kind>({
    {Backend::S3, "Sign-in at S3", "s3:"},
    {Backend::B2, "Sign-in at Backblaze B2", "b2:"},
    {Backend::Azure, "Sign-in at Azure Blob Storage", "azure:"},
    {Backend::Google, "Sign-in at Google Cloud Storage", "gs:"},
    {Backend::Swift, "Sign-in at OpenStack Swift", "swift:"},
    {Backend::Rclone, "rclone on the host", "rclone:"},
});

void read_variable(const http::Form& form, std::string_view name, fleet::RepositoryEdit& edit) {
  const std::string key(name);
  std::string value(text::trim(form.get("env_" + key)));
  std::erase(value, '\r');
  if (!value.empty())
    edit.variables[key] = std::move(value);
  else if (form.get("clear_" + key) == "yes")
    edit.variables[key] = std::nullopt;
}

views::VariableGroup group(std::string_view heading, std::string_view prefixes,
                           std::span<const core::RepositoryVariable> variables,
                           const std::vector<std::string>& stored) {
  views::VariableGroup result{std::string(heading), std::string(prefixes), {}, false};
  for (const auto& variable : variables) {
    const bool is_stored = std::ranges::find(stored, variable.name) != stored.end();
    result.fields.push_back({std::string(variable.name), std::string(variable.label),
                             variable.kind == core::VariableKind::File, is_stored});
    result.open |= is_stored;
  }
  return result;
}

}  // namespace

fleet::RepositoryEdit read_repository(const http::Form& form) {
  fleet::RepositoryEdit edit;
  edit.name = text::trim(form.get("name"));
  edit.access.url = text::trim(form.get("url"));
  edit.access.password = form.get("password");
  edit.access.server_user = form.get("clear_server_password") == "yes" ? "" : form.get("server_user");
  edit.access.server_password = form.get("server_password");
  if (form.get("existing") == "yes") edit.password_of = core::PasswordOf::Existing_repository;
  for (const auto& kind : kKinds) {
    for (const auto& variable : core::credentials_of(kind.backend)) read_variable(form, variable.name, edit);
  }
  for (const auto& variable : core::network_variables_of(Backend::Rest)) read_variable(form, variable.name, edit);
  return edit;
}

std::optional<views::FieldError> check_form(const http::Form& form) {
  if (form.get("password") == form.get("password_again")) return std::nullopt;
  return views::FieldError{"password_again", "This is not the same password."};
}

std::vector<views::VariableGroup> variable_groups(std::string_view url, const std::vector<std::string>& stored) {
  std::vector<views::VariableGroup> groups;
  const auto backend = core::backend_of(url);
  for (const auto& kind : kKinds) {
    groups.push_back(group(kind.heading, kind.prefixes, core::credentials_of(kind.backend), stored));
    groups.back().open |= backend == kind.backend;
  }
  groups.push_back(group("Proxy and certificates",
                         "rest: s3: b2: azure: gs: swift: rclone:", core::network_variables_of(Backend::Rest), stored));
  return groups;
}

views::RepositoryForm show_stored(const fleet::RepositoryOverview& overview) {
  views::RepositoryForm form;
  form.id = overview.repository.id.text();
  form.name = overview.repository.name;
  form.url = overview.repository.url;
  form.server_user = overview.repository.server_user;
  form.has_password = true;
  form.has_server_password = overview.has_server_password;
  form.groups = variable_groups(form.url, overview.variables);
  return form;
}

views::RepositoryForm show_typed(const http::Form& form, std::string_view id) {
  const auto edit = read_repository(form);
  views::RepositoryForm typed;
  typed.id = id;
  typed.name = edit.name;
  typed.url = edit.access.url;
  typed.server_user = edit.access.server_user;
  typed.has_password = !id.empty();
  typed.existing = edit.password_of == core::PasswordOf::Existing_repository;
  typed.groups = variable_groups(typed.url, {});
  for (auto& one : typed.groups) {
    one.open |= std::ranges::any_of(one.fields, [&](const auto& field) { return edit.variables.contains(field.name); });
  }
  return typed;
}

std::string repository_field_of(const core::Error& error) {
  if (error.code.starts_with("name")) return "name";
  if (error.code.starts_with("url") || error.code.starts_with("path") || error.code.starts_with("line")) return "url";
  if (error.code.starts_with("password") || error.code.starts_with("secret")) return "password";
  if (error.code.starts_with("server_login")) return "server_user";
  if (error.code.starts_with("environment")) return "environment";
  return {};
}

}  // namespace holdfast::web
