#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/status/host_state.hpp"
#include "core/time.hpp"
#include "kit/render/url.hpp"

// What several pages show.
namespace holdfast::web::views {

using HostStatus = core::HostState;
// Unknown: a host tells of a run in words that nobody knows.
enum class JobStatus { Queued, Running, Finishing, Cancelling, Lost, Done, Partial, Failed, Cancelled, Unknown };

// One bar of a run strip. Cancelled and NotScheduled are drawn as a dot.
enum class Run { Succeeded, Partial, Failed, Missed, Running, Cancelled, NotScheduled };

// The last runs, oldest first; fewer than 14 are padded on the left.
struct RunStrip {
  std::vector<Run> runs;
};

// Age of the newest good snapshot. Without a limit no ruler is drawn.
struct RecoveryPoint {
  std::optional<core::Time> at;
  std::optional<core::seconds> limit;
  core::Time now;
};

// How near a figure is to its limit.
enum class Level { Calm, Warning, Down };

// A share of something, with a bar. Without a number nothing is known: "No data", never 0%.
struct Metric {
  std::optional<int> percent;
  Level level = Level::Calm;
};

enum class Tone { Info, Ok, Warning, Down };

// A callout: the fact in `strong`, the consequence and the way out in `text`.
struct Notice {
  Tone tone = Tone::Info;
  std::string strong;
  std::string text;
  Url link;               // may be empty
  std::string link_text;  // "See the job"
};

// What failed, why if known, and what support needs. `older` says what is shown instead, if anything.
struct Failure {
  std::string heading;  // "Hosts could not be loaded"
  std::string message;
  std::string request_id;
  Url retry;
};

// A wrong value of one form field: `field` is the name of the input, empty for the form as a whole.
struct FieldError {
  std::string field;
  std::string message;
};

struct FieldErrors {
  std::vector<FieldError> all;

  // The message of one field, or empty.
  std::string_view of(std::string_view field) const {
    for (const FieldError& error : all) {
      if (error.field == field) return error.message;
    }
    return {};
  }
};

// Something to copy to a terminal.
struct CodeBox {
  std::string id;
  std::string label;  // for those who do not see it: "Command for the host"
  std::string code;
};

struct Fact {
  std::string label;  // "Recovery point met"
  std::string value;  // "20 of 23 hosts"
};

// A choice of a <select>.
struct Option {
  std::string value;
  std::string text;
  bool selected = false;
};

// Where a page of a list lies in it, and the way to the others. An address is empty where there is no such page.
struct Pager {
  std::size_t from = 0;  // counted from 1
  std::size_t to = 0;
  std::size_t total = 0;
  std::string what;  // "hosts", to the total
  Url first;
  Url previous;
  Url next;
  Url last;
  bool more = false;  // there are more than the total
};

// That nothing is raised for a host or a customer.
struct PauseState {
  std::optional<core::Time> until;  // empty: without an end
  std::string reason;
  std::string by;
  bool of_customer = false;  // the host's customer is paused, not the host itself
};

// A word that is a link to all that have it.
struct Tag {
  std::string text;
  Url link;
};

// A tab or filter chip that is a link.
struct Tab {
  std::string text;
  Url link;
  std::optional<std::size_t> count;
  bool current = false;
};

}  // namespace holdfast::web::views
