#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/time.hpp"
#include "kit/parts.hpp"

// What surrounds every page.
namespace holdfast::web::views {

enum class Theme { System, Light, Dark };
enum class Section { None, Fleet, Customers, AddHosts, Jobs, Schedules, Repositories, Settings, Manual };

// The fleet at a glance, on every page. Live: topic "pulse", fragments live_pulse.
struct Pulse {
  std::size_t down = 0;
  std::size_t warning = 0;
  std::size_t ok = 0;
  std::size_t waiting = 0;  // no data yet
  std::size_t paused = 0;
  std::size_t agents = 0;           // hosts that have one
  std::size_t connected = 0;        // of these agents
  std::size_t waiting_hosts = 0;    // announced, to be approved
  std::size_t unfinished_jobs = 0;  // queued and running

  std::size_t total() const { return down + warning + ok + waiting + paused; }
};

// Of a page for somebody who is signed in.
struct Page {
  std::string title;  // "pg-primary": the product's name is appended
  Section section = Section::None;
  Theme theme = Theme::System;
  Url here;  // the page's own address: the theme form and Try again lead back to it
  core::Time now;
  std::string user;
  bool auth_disabled = false;  // shows the banner, hides Sign out
  // Set while the hub's clock is doubted: when the hub lived last. Shows a banner.
  std::optional<core::Time> lived_until;
  std::string version;
  Pulse pulse;
  std::optional<Notice> notice;  // the result of what was just done
  Url manual;                    // what the manual says of it
  Url stream;                    // the event stream of the page, see kit/views.md; empty: not live
};

// Of a page for anybody: sign-in, set-up, errors.
struct BarePage {
  std::string title;
  Theme theme = Theme::System;
  std::string version;
};

}  // namespace holdfast::web::views
