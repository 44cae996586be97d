#include "kit/render/functions.hpp"

#include <fmt/format.h>

#include "core/status/status.hpp"
#include "kit/render/filters.hpp"

namespace holdfast::web::functions {
namespace {

struct Look {
  IconName mark;
  std::string_view word;
  std::string_view colour;  // "ok", "warn", "down", "run", "idle"
  bool turns = false;
};

Look look(views::HostStatus status) {
  switch (status) {
    case views::HostStatus::Down:
      return {"mark-down", "Down", "down"};
    case views::HostStatus::Warning:
      return {"mark-warn", "Warning", "warn"};
    case views::HostStatus::Paused:
      return {"mark-paused", "Paused", "idle"};
    case views::HostStatus::Ok:
      return {"mark-ok", "OK", "ok"};
    case views::HostStatus::Waiting:
      break;
  }
  return {"mark-waiting", "Waiting", "idle"};
}

Look look(views::JobStatus status) {
  switch (status) {
    case views::JobStatus::Queued:
      return {"mark-queued", "Queued", "idle"};
    case views::JobStatus::Running:
      return {"mark-running", "Running", "run", true};
    case views::JobStatus::Finishing:
      return {"mark-running", "Finishing", "run", true};
    case views::JobStatus::Cancelling:
      return {"mark-running", "Cancelling", "run", true};
    case views::JobStatus::Lost:
      return {"mark-unknown", "Agent disconnected", "idle"};
    case views::JobStatus::Done:
      return {"mark-ok", "Done", "ok"};
    case views::JobStatus::Partial:
      return {"mark-partial", "Partial", "warn"};
    case views::JobStatus::Failed:
      return {"mark-down", "Failed", "down"};
    case views::JobStatus::Cancelled:
      return {"mark-unknown", "Cancelled", "idle"};
    case views::JobStatus::Unknown:
      break;
  }
  return {"mark-unknown", "Unknown", "idle"};
}

std::string svg_icon(std::string_view name, std::string_view classes) {
  return fmt::format(R"(<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>)", classes,
                     asset("icons.svg").text(), name);
}

SafeHtml show(const Look& look, std::string_view extra) {
  return SafeHtml(fmt::format(R"(<span class="st st-{}{}">{}{}</span>)", look.colour, extra,
                              svg_icon(look.mark.name, look.turns ? "i spin" : "i"), look.word));
}

std::string_view problem_colour(std::string_view colour) {
  if (colour == "down") return "c-down";
  if (colour == "warn") return "c-warn";
  return {};
}

SafeHtml time_element(core::Time time, std::string_view kind, std::string_view text) {
  return SafeHtml(fmt::format(R"(<time datetime="{}" title="{}" data-time="{}">{}</time>)", filters::iso(time),
                              filters::datetime(time), kind, text));
}

}  // namespace

SafeHtml icon(IconName name) {
  return SafeHtml(svg_icon(name.name, "i"));
}
SafeHtml small_icon(IconName name) {
  return SafeHtml(svg_icon(name.name, "i i-s"));
}

SafeHtml state(views::HostStatus status) {
  return show(look(status), "");
}
SafeHtml state(views::JobStatus status) {
  return show(look(status), "");
}
SafeHtml pill(views::HostStatus status) {
  return show(look(status), " pill");
}
SafeHtml pill(views::JobStatus status) {
  return show(look(status), " pill");
}
std::string_view word(views::JobStatus status) {
  return look(status).word;
}
std::string_view colour(views::HostStatus status) {
  return problem_colour(look(status).colour);
}
std::string_view colour(views::JobStatus status) {
  return problem_colour(look(status).colour);
}

std::string_view colour(views::Level level) {
  if (level == views::Level::Down) return "c-down";
  return level == views::Level::Warning ? "c-warn" : "";
}

std::string_view tone(views::Tone tone) {
  switch (tone) {
    case views::Tone::Ok:
      return "ok";
    case views::Tone::Warning:
      return "warn";
    case views::Tone::Down:
      return "down";
    case views::Tone::Info:
      break;
  }
  return "info";
}

SafeHtml tone_icon(views::Tone tone) {
  switch (tone) {
    case views::Tone::Ok:
      return SafeHtml(svg_icon("mark-ok", "i c-ok"));
    case views::Tone::Warning:
      return SafeHtml(svg_icon("mark-warn", "i c-warn"));
    case views::Tone::Down:
      return SafeHtml(svg_icon("mark-down", "i c-down"));
    case views::Tone::Info:
      break;
  }
  return SafeHtml(svg_icon("info", "i c-run"));
}

SafeHtml palette_icon(views::PaletteIcon icon) {
  switch (icon) {
    case views::PaletteIcon::Down:
      return SafeHtml(svg_icon("mark-down", "i c-down"));
    case views::PaletteIcon::Warning:
      return SafeHtml(svg_icon("mark-warn", "i c-warn"));
    case views::PaletteIcon::Waiting:
      return SafeHtml(svg_icon("mark-waiting", "i st-idle"));
    case views::PaletteIcon::Paused:
      return SafeHtml(svg_icon("mark-paused", "i st-idle"));
    case views::PaletteIcon::Ok:
      return SafeHtml(svg_icon("mark-ok", "i c-ok"));
    case views::PaletteIcon::Job:
      return functions::icon("jobs");
    case views::PaletteIcon::Customer:
      return functions::icon("customer");
    case views::PaletteIcon::Repository:
      return functions::icon("repository");
    case views::PaletteIcon::BackUp:
      return functions::icon("play");
    case views::PaletteIcon::Add:
      return functions::icon("plus");
    case views::PaletteIcon::Settings:
      return functions::icon("settings");
    case views::PaletteIcon::Page:
      break;
  }
  return functions::icon("page");
}

SafeHtml hint_or_error(std::string_view id, std::string_view hint, std::string_view error) {
  return hint_or_error(id, "", hint, error);
}

SafeHtml hint_or_error(std::string_view id, std::string_view id_end, std::string_view hint, std::string_view error) {
  std::string out = error.empty() ? R"(<p class="h" id=")" : R"(<p class="e" id=")";
  append_escaped(out, id);
  append_escaped(out, id_end);
  out += "\">";
  if (!error.empty()) out += svg_icon("info", "i i-s");
  append_escaped(out, error.empty() ? hint : error);
  return SafeHtml(out + "</p>");
}

std::string_view log_class(core::LogLevel level) {
  if (level == core::LogLevel::Error) return "x";
  return level == core::LogLevel::Warning ? "w" : "";
}

std::string_view log_word(core::LogLevel level) {
  if (level == core::LogLevel::Error) return "error";
  return level == core::LogLevel::Warning ? "warn" : "info";
}

SafeHtml ago(core::Time time, core::Time now) {
  return time_element(time, "ago", filters::ago(time, now));
}
SafeHtml until(core::Time time, core::Time now) {
  return time_element(time, "until", filters::until(time, now));
}
SafeHtml told_reason(const core::Words& reason, core::Time now) {
  std::string out;
  for (const auto& word : reason) {
    if (const auto* moment = std::get_if<core::Time>(&word))
      out += time_element(*moment, "since", filters::since(*moment, now)).text();
    else
      append_escaped(out, std::get<std::string>(word));
  }
  return SafeHtml(std::move(out));
}
SafeHtml moment(core::Time time) {
  const std::string text = fmt::format("{}, {:.5} UTC", filters::date(time), filters::clock(time));
  return time_element(time, "moment", text);
}
SafeHtml minute(core::Time time) {
  return time_element(time, "minute", fmt::format("{:.5}", filters::clock(time)));
}
SafeHtml clock(core::Time time) {
  return time_element(time, "clock", filters::clock(time));
}
SafeHtml day(core::Time time) {
  return time_element(time, "day", filters::day(time));
}
SafeHtml month(core::Time time) {
  return time_element(time, "month", filters::month(time));
}

}  // namespace holdfast::web::functions
