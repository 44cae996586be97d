#pragma once

#include "fleet/repositories/repositories.hpp"
#include "http/message.hpp"
#include "repositories/view.hpp"

// The form of a repository, both ways.
namespace holdfast::web {

fleet::RepositoryEdit read_repository(const http::Form& form);
// Why the form itself cannot be taken, before anybody looks at what it says; `field` names where.
std::optional<views::FieldError> check_form(const http::Form& form);

// `stored`: names of the variables that are.
std::vector<views::VariableGroup> variable_groups(std::string_view url, const std::vector<std::string>& stored);
views::RepositoryForm show_stored(const fleet::RepositoryOverview& overview);
// What was typed, without the secrets.
views::RepositoryForm show_typed(const http::Form& form, std::string_view id);

// Which field an error belongs to.
std::string repository_field_of(const core::Error& error);

}  // namespace holdfast::web
