#include <fmt/format.h>

#include "account/pages.hpp"
#include "kit/handlers.hpp"
#include "kit/one_time.hpp"
#include "templates.hpp"

namespace holdfast::web {
namespace {

// Which field of the forms an error belongs to.
std::string field_of(const core::Error& error) {
  if (error.code == "password_configured") return {};
  if (error.code.starts_with("password")) return "password";
  if (error.code.starts_with("old_password")) return "old_password";
  if (error.code.starts_with("again")) return "password_again";
  if (error.code.starts_with("name")) return "name";
  return {};
}

fleet::Actor actor_of(const http::Request& request, std::string name) {
  return {std::move(name), request.peer};
}

}  // namespace

AccountPages::AccountPages(http::Router& router, Guard& guard, Shell& shell, const runtime::Clock& clock,
                           fleet::Accounts& accounts)
    : guard_(guard), shell_(shell), clock_(clock), accounts_(accounts) {
  const http::RouteOptions small{16 * 1024, 16 * 1024};
  router.add("GET", "/setup", [this](http::Request& request) { return show_setup(request); });
  router.add("POST", "/setup", [this](http::Request& request) { return set_up(request); }, small);
  router.add("GET", "/login", [this](http::Request& request) { return show_login(request); });
  router.add("POST", "/login", [this](http::Request& request) { return sign_in(request); }, small);
  router.add("POST", "/logout", [this](http::Request& request) { return sign_out(request); }, small);
  router.add("POST", "/ui/theme", [this](http::Request& request) { return set_theme(request); }, small);
  add_page(router, guard, this, "GET", "/account", &AccountPages::show_account);
  add_page(router, guard, this, "POST", "/account/password", &AccountPages::change_password);
}

Task<http::Response> AccountPages::show_setup(http::Request& request) {
  const bool needed = co_await accounts_.needs_set_up();
  if (!needed) co_return error_page(shell_, request, 404, "not_found", "Holdfast is set up already. Sign in instead.");
  views::SetupPage page;
  page.page = shell_.bare(request, "Set up");
  page.token = request.query_value("token");
  page.insecure = is_readable_on_the_way(request);
  if (page.token.empty()) {
    const views::SetupLinkPage link{page.page, "The address has no set-up token."};
    co_return render(401, render_setup_link_page, link);
  }
  const auto checked = co_await accounts_.check_setup_token(page.token, request.peer);
  if (!checked) {
    const views::SetupLinkPage link{page.page, checked.error().message};
    co_return render(checked.error(), render_setup_link_page, link);
  }
  auto response = render(200, render_setup_page, page);
  set_secret(response);
  co_return response;
}

Task<http::Response> AccountPages::set_up(http::Request& request) {
  const auto form = form_of(request);
  views::SetupPage page;
  page.page = shell_.bare(request, "Set up");
  page.token = form.get("token");
  page.name = form.get("name");
  page.insecure = is_readable_on_the_way(request);
  if (form.get("password") != form.get("password_again")) {
    page.errors.all.push_back({"password_again", "The two passwords are not the same."});
    co_return render(422, render_setup_page, page);
  }
  fleet::Actor actor = actor_of(request, page.name);
  std::string password(form.get("password"));
  std::string agent(request.headers.get("User-Agent"));
  const auto result =
      co_await accounts_.set_up(page.token, page.name, std::move(password), std::move(actor), std::move(agent));
  if (result) {
    auto response = http::redirect("/");
    guard_.set_session_cookie(request, response, *result);
    co_return response;
  }
  if (result.error().kind == core::ErrorKind::Unauthorized) {
    const views::SetupLinkPage expired{page.page, result.error().message};
    co_return render(401, render_setup_link_page, expired);
  }
  if (result.error().kind == core::ErrorKind::NotFound) co_return error_page(shell_, request, result.error());
  page.errors.all.push_back({field_of(result.error()), result.error().message});
  co_return render(result.error(), render_setup_page, page);
}

Task<http::Response> AccountPages::show_login(http::Request& request) {
  const bool set_up = co_await accounts_.needs_set_up();
  if (set_up) co_return http::redirect("/setup");
  const auto visitor = co_await guard_.identify(request);
  if (visitor) co_return http::redirect(local_path_or_root(request.query_value("next")));
  views::LoginPage page;
  page.page = shell_.bare(request, "Sign in");
  page.hub = request.headers.get("Host");
  page.next = local_path_or_root(request.query_value("next"));
  page.insecure = is_readable_on_the_way(request);
  if (const auto notice = flash_notice(request)) page.message = notice->strong;
  page.now = clock_.now();
  co_return render(200, render_login_page, page);
}

Task<http::Response> AccountPages::sign_in(http::Request& request) {
  const auto form = form_of(request);
  views::LoginPage page;
  page.page = shell_.bare(request, "Sign in");
  page.hub = request.headers.get("Host");
  page.name = form.get("name");
  page.next = local_path_or_root(form.get("next"));
  page.insecure = is_readable_on_the_way(request);
  page.now = clock_.now();
  fleet::Actor actor = actor_of(request, page.name);
  std::string password(form.get("password"));
  std::string agent(request.headers.get("User-Agent"));
  const auto result = co_await accounts_.sign_in(page.name, std::move(password), std::move(actor), std::move(agent));
  if (!result) {
    page.error = result.error().message;
    co_return render(result.error(), render_login_page, page);
  }
  co_await guard_.end_session(request);
  auto response = http::redirect(page.next);
  guard_.set_session_cookie(request, response, *result);
  co_return response;
}

Task<http::Response> AccountPages::sign_out(http::Request& request) {
  co_await accounts_.sign_out(guard_.session_token(request));
  auto response = redirect_with(Flash::SignedOut, views::Url("/login"));
  guard_.clear_session_cookie(request, response);
  co_return response;
}

Task<http::Response> AccountPages::show_account(http::Request& request, Visitor visitor) {
  return account_page(request, std::move(visitor), std::nullopt);
}

Task<http::Response> AccountPages::account_page(http::Request& request, Visitor visitor,
                                                std::optional<core::Error> problem) {
  views::AccountPage page;
  page.page = co_await shell_.page(request, visitor, "Account", views::Section::None);
  page.page.here = views::Url("/account");
  page.own_password = co_await accounts_.has_own_password(visitor.identity.name);
  page.insecure = is_readable_on_the_way(request);
  if (!problem) co_return render(200, render_account_page, page);
  page.errors.all.push_back({field_of(*problem), problem->message});
  co_return render(*problem, render_account_page, page);
}

Task<http::Response> AccountPages::change_password(http::Request& request, Visitor visitor) {
  const auto form = form_of(request);
  std::string password(form.get("password"));
  if (form.get("password_again") != password) {
    core::Error unequal{core::ErrorKind::Invalid, "again_unequal", "The two passwords are not the same."};
    co_return co_await account_page(request, std::move(visitor), std::move(unequal));
  }
  std::string old_password(form.get("old_password"));
  const auto changed = co_await accounts_.change_password(visitor.actor(), guard_.session_token(request),
                                                          std::move(old_password), std::move(password));
  if (changed) co_return redirect_with(Flash::PasswordChanged, views::Url("/account"));
  co_return co_await account_page(request, std::move(visitor), changed.error());
}

Task<http::Response> AccountPages::set_theme(http::Request& request) {
  const auto form = form_of(request);
  const auto theme = form.get("theme");
  auto response = http::redirect(views::Url::from_request(form.get("back")).text());
  if (theme == "system" || theme == "light" || theme == "dark") {
    response.headers.add("Set-Cookie", fmt::format("theme={}; Path=/; SameSite=Lax; Max-Age=31536000", theme));
  }
  co_return response;
}

}  // namespace holdfast::web
