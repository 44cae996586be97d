#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

template <class View, class Render>
Preview preview(std::string name, const View& view, Render render) {
  Preview result{std::move(name), {}};
  render(result.html, view);
  return result;
}

SetupPage setup() {
  return {.page = bare("Create the first admin"), .token = "hfs_7Q4M92XD", .name = "", .errors = {}};
}

LoginPage login() {
  return {.page = bare("Sign in"),
          .hub = "backup.example.net",
          .name = "",
          .next = "/",
          .error = {},
          .locked_until = {},
          .message = {},
          .now = now()};
}

ErrorText error(int status, std::string heading, std::string message) {
  return {status, std::move(heading), std::move(message), "01JD8f2c",
          status == 429 || status >= 500 ? Url("/jobs") : Url()};
}

std::vector<Preview> errors() {
  const ErrorText missing =
      error(404, "There is no such page", "The address may be mistyped, or what it showed was deleted.");
  std::vector<Preview> all{
      preview("error-404-stranger", ErrorPage{bare(missing.heading), missing}, web::render_error_page)};
  for (const ErrorText& text :
       {error(403, "That is not allowed",
              "The request did not come from a page of this hub, so nothing was changed. Go back and try again from "
              "there."),
        missing,
        error(405, "This address is only for forms", "Open the page that has the form, and send it from there."),
        error(429, "Too many requests", "Wait a minute, then try again."),
        error(500, "The hub could not answer",
              "Nothing was changed. The log of the hub has the cause under the request number below.")}) {
    const FramedErrorPage framed{page(text.heading, Section::None), text};
    all.push_back(preview("error-" + std::to_string(text.status), framed, web::render_framed_error_page));
  }
  return all;
}

}  // namespace

BarePage bare(std::string title) {
  return {.title = std::move(title), .theme = Theme::System, .version = std::string(kVersion)};
}

std::vector<Preview> account_previews() {
  SetupPage wrong = setup();
  wrong.name = "marta";
  wrong.insecure = true;
  wrong.errors.all = {{"password", "Use at least 12 characters. You wrote 8."},
                      {"token", "This set-up token is not valid."}};
  LoginPage failed = login();
  failed.name = "marta";
  failed.error = "That username and password do not match.";
  LoginPage locked = login();
  locked.name = "marta";
  locked.locked_until = now() + core::seconds(240);
  LoginPage plain = login();
  plain.insecure = true;
  AccountPage account{page("Account", Section::None), true, false, {}};
  AccountPage refused = account;
  refused.insecure = true;
  refused.errors.all = {{"old_password", "This is not the current password."}};
  AccountPage configured = account;
  configured.own_password = false;
  LoginPage left = login();
  left.message = "You are signed out.";
  std::vector<Preview> all{
      preview("setup", setup(), web::render_setup_page),
      preview("setup-errors", wrong, web::render_setup_page),
      preview("setup-link",
              SetupLinkPage{bare("A set-up link is needed"), "This link is not valid, or it was used already."},
              web::render_setup_link_page),
      preview("login", login(), web::render_login_page),
      preview("login-failed", failed, web::render_login_page),
      preview("login-locked", locked, web::render_login_page),
      preview("login-signed-out", left, web::render_login_page),
      preview("login-plain", plain, web::render_login_page),
      preview("account", account, web::render_account_page),
      preview("account-refused", refused, web::render_account_page),
      preview("account-configured", configured, web::render_account_page),
  };
  for (Preview& page : errors()) all.push_back(std::move(page));
  return all;
}

}  // namespace holdfast::preview
