#pragma once

#include "kit/shell/shell_view.hpp"

namespace holdfast::web::views {

// GET /setup?token=…, and again after a POST that failed. POST /setup: token, name, password, password_again.
struct SetupPage {
  BarePage page;
  std::string token;
  std::string name;
  FieldErrors errors;     // fields: token, name, password, password_again
  bool insecure = false;  // not TLS and not loopback: the password would travel in the clear
};

// The set-up token is missing, wrong or expired: no form, but how to get a link.
struct SetupLinkPage {
  BarePage page;
  std::string reason;  // "The set-up link has expired."
};

// GET /login?next=…, POST /login: name, password, next.
struct LoginPage {
  BarePage page;
  std::string hub;                         // "backup.example.net"
  std::string name;                        // as typed before
  std::string next;                        // where to go after
  std::string error;                       // one message for both fields
  std::optional<core::Time> locked_until;  // throttled: the form is off until then
  std::optional<std::string> message;      // "You are signed out."
  core::Time now;
  bool insecure = false;  // as on the set-up page
};

// GET /account, and again after POST /account/password that failed: old_password, password, password_again.
struct AccountPage {
  Page page;
  bool own_password = true;  // it is in the database, and not in the configuration
  bool insecure = false;
  FieldErrors errors;  // fields: old_password, password, password_again
};

struct ErrorText {
  int status = 500;
  std::string heading;     // "There is no such page"
  std::string message;     // what to do
  std::string request_id;  // as the log has it
  Url retry = {};          // where the same may succeed later
};

// 403, 404, 405, 429, 500, 503: for strangers, and within the frame of all pages for who is signed in.
struct ErrorPage {
  BarePage page;
  ErrorText text;
};
struct FramedErrorPage {
  Page page;
  ErrorText text;
};

}  // namespace holdfast::web::views
