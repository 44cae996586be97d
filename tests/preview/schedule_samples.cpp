#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

ScheduleTimes times() {
  ScheduleTimes times;
  times.sentence = "Every day at 02:15";
  times.timezone = "Europe/Budapest";
  times.now = now();
  for (int day = 21; day <= 25; ++day)
    times.runs.push_back(
        {"Sat " + std::to_string(day) + " Nov 2026, 02:15", now() + std::chrono::hours(16 + 24 * (day - 21)), {}});
  times.runs.back().note = "Clocks are set back: this time comes twice.";
  times.warnings = {"On Sun 28 Mar 2027, 03:00: Clocks are set forward past its time: it runs when they are."};
  return times;
}

ScheduleForm form() {
  ScheduleForm form;
  form.id = "01JDS1";
  form.name = "postgres nightly";
  form.cron = "15 2 * * *";
  form.timezone = "Europe/Budapest";
  form.window = "240";
  form.missed = {{"run_once", "Run once when the host is back", true},
                 {"within_window", "Run once, within the window only", false},
                 {"skip", "Wait for the next one", false}};
  form.tags = "db, prod";
  form.hosts = "pg-primary";
  form.repositories = {{"01JDR1", "b2-prod-db", "b2:hf-prod-db:/pg", true},
                       {"01JDR2", "local-attic", "/mnt/attic/restic", false}};
  return form;
}

SchedulePage edit() {
  SchedulePage view;
  view.heading = "postgres nightly";
  view.page = page(view.heading, Section::Schedules);
  view.form = form();
  view.times = times();
  view.host_count = 34;
  view.hosts = {{"pg-primary", Url("/hosts/01JD")}, {"pg-replica", Url("/hosts/01JE")}};
  return view;
}

SchedulePage add() {
  SchedulePage view;
  view.heading = "Add schedule";
  view.page = page(view.heading, Section::Schedules);
  view.form = form();
  view.form.id.clear();
  view.form.name.clear();
  view.form.customers = {{"default", "Default", true}, {"lab", "Lab", false}};
  view.times = times();
  return view;
}

SchedulesPage list() {
  SchedulesPage view;
  view.page = page("Schedules", Section::Schedules);
  const auto row = [](std::string name, std::string sentence, std::size_t hosts) {
    ScheduleRow row;
    row.name = std::move(name);
    row.link = Url("/schedules/01JDS1");
    row.sentence = std::move(sentence);
    row.timezone = "Europe/Budapest";
    row.hosts = hosts;
    row.next = now() + std::chrono::hours(16);
    row.now = now();
    return row;
  };
  view.schedules = {row("Hourly databases", "Every hour", 2), row("Nightly", "Every day at 01:00", 21),
                    row("Weekly archive of what hardly ever changes and has a long name", "Sundays at 04:30", 0)};
  view.schedules[0].customer = "Harbour office";
  view.schedules[1].enabled = false;
  view.schedules[1].next.reset();
  view.schedules[2].warnings = {"It applies to no host."};
  return view;
}

}  // namespace

std::vector<Preview> schedule_previews() {
  SchedulesPage none = list();
  none.schedules.clear();
  SchedulesPage failed = list();
  failed.failure = Failure{"Schedules could not be loaded", "The database did not answer within 5 s.", "01JD8f2c1d",
                           Url("/schedules")};
  SchedulePage paused = edit();
  paused.enabled = false;
  paused.host_count = 0;
  paused.hosts.clear();
  SchedulePage wrong = add();
  wrong.times.sentence.clear();
  wrong.times.runs.clear();
  wrong.times.warnings.clear();
  wrong.form.errors.all = {
      {"name", "The customer has a schedule of this name already."},
      {"cron", "Hour: 25 is not from 0 to 23."},
      {"timezone", "This machine knows no such time zone; it must be a name such as Europe/Budapest."},
      {"hosts", "The customer has no host of the name pg-prmary."}};
  return {show("schedules", list(), web::render_schedules_page),
          show("schedules-none", none, web::render_schedules_page),
          show("schedules-failed", failed, web::render_schedules_page),
          show("schedule", edit(), web::render_schedule_page),
          show("schedule-paused", paused, web::render_schedule_page),
          show("schedule-add", add(), web::render_schedule_page),
          show("schedule-errors", wrong, web::render_schedule_page)};
}

}  // namespace holdfast::preview
