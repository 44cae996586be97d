#pragma once

#include <map>
#include <optional>
#include <string>

#include "account/view.hpp"
#include "fleet/live/clock_guard.hpp"
#include "kit/answers.hpp"
#include "kit/guard.hpp"
#include "kit/shell/pulse_counter.hpp"
#include "kit/shell/shell_view.hpp"
#include "runtime/async/clock.hpp"
#include "web/settings.hpp"

// What surrounds every page: theme, pulse, who is signed in.
namespace holdfast::web {

class Shell {
 public:
  Shell(const runtime::Clock& clock, const fleet::ClockGuard& clock_guard, const Settings& settings,
        PulseCounter& pulse)
      : clock_(clock), clock_guard_(clock_guard), settings_(settings), pulse_(pulse) {}

  // The frame of a page for `visitor`. `topics` are those of its event stream beside the pulse: "fleet", "job:01J…".
  Task<views::Page> page(const http::Request& request, const Visitor& visitor, std::string title,
                         views::Section section, std::string topics = {});
  views::BarePage bare(const http::Request& request, std::string title) const;

  // While one lives, the error page that answers its request is remembered: it is made where nobody may wait, and who
  // is signed in is to have it within the frame of all pages.
  class Answering {
   public:
    Answering(Shell& shell, const http::Request& request) : shell_(shell), request_(request) {
      shell_.errors_.emplace(&request, std::nullopt);
    }
    Answering(const Answering&) = delete;
    Answering& operator=(const Answering&) = delete;
    ~Answering() { shell_.errors_.erase(&request_); }
    const std::optional<views::ErrorText>& error() const { return shell_.errors_.at(&request_); }

   private:
    Shell& shell_;
    const http::Request& request_;
  };
  void remember(const http::Request& request, const views::ErrorText& error) const;
  Task<std::string> framed(const http::Request& request, const Visitor& visitor, views::ErrorText error);

 private:
  const runtime::Clock& clock_;
  const fleet::ClockGuard& clock_guard_;
  const Settings& settings_;
  PulseCounter& pulse_;
  mutable std::map<const http::Request*, std::optional<views::ErrorText>> errors_;
};

// "guide/fleet#a-host" of the manual.
views::Url manual_url(std::string_view chapter);
// The stream's address for a page that shows a log up to `after`.
views::Url stream_url(std::string_view topics, std::uint64_t after = 0);

// Runs one of the generated render functions into an answer.
template <class View>
http::Response render(int status, void (*function)(std::string&, const View&), const View& view) {
  std::string html;
  html.reserve(32 * 1024);
  function(html, view);
  return http::html_response(status, std::move(html));
}

// The page of the form that led to `error`.
template <class View>
http::Response render(const core::Error& error, void (*function)(std::string&, const View&), const View& view) {
  auto response = render(status_of(error.kind), function, view);
  set_retry_after(response, error);
  return response;
}

// The error page for people, or JSON for the API: for every error that a handler or the server itself answers.
http::Response error_page(const Shell& shell, const http::Request& request, int status, std::string_view code,
                          std::string_view message);
http::Response error_page(const Shell& shell, const http::Request& request, const core::Error& error);

// The result of a form that was sent a moment ago, kept for the next page in a short-lived cookie.
enum class Flash {
  None,
  Saved,
  RepositoryAdded,
  Removed,
  Linked,
  Protected,
  Unlinked,
  Renamed,
  Rotated,
  Revoked,
  Accepted,
  Rejected,
  TokenRevoked,
  SignedOut,
  Moved,
  Paused,
  Resumed,
  KeyRevoked,
  CustomerAdded,
  Cancelled,
  Unqueued,
  ClockConfirmed,
  PasswordChanged
};
http::Response redirect_with(Flash flash, const views::Url& target);
// What the page about to be shown says of it; clear_flash forgets it once a page was shown.
std::optional<views::Notice> flash_notice(const http::Request& request);
void clear_flash(const http::Request& request, http::Response& response);

}  // namespace holdfast::web
