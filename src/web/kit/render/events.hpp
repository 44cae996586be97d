#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Server-sent events as the pages understand them, see kit/views.md.
namespace holdfast::web {

// A message with fragments, written by one or more render_live_… functions. The id is what the browser names in
// Last-Event-ID when it comes back.
std::string fragment_event(std::string_view html, std::optional<std::uint64_t> id = {});

// Every 15 seconds: a page that hears nothing for 35 says that it is stale.
std::string heartbeat_event();

// The session has ended; the page stops asking and offers to sign in.
std::string bye_event();

}  // namespace holdfast::web
