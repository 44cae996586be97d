#pragma once

#include "fleet/accounts/customers.hpp"
#include "fleet/agents/agents.hpp"
#include "fleet/enrolment/enrolment.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/reports/histories.hpp"
#include "fleet/reports/stored_reports.hpp"
#include "fleet/repositories/repositories.hpp"
#include "fleet/schedules/schedule_sets.hpp"
#include "fleet/schedules/schedules.hpp"
#include "hosts/view.hpp"
#include "kit/guard.hpp"
#include "kit/parts.hpp"
#include "kit/shell/shell.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::web {

class HostPages {
 public:
  struct Parts {
    const runtime::Clock& clock;
    fleet::Hosts& hosts;
    fleet::Jobs& jobs;
    fleet::StoredReports& reports;
    fleet::Histories& histories;
    fleet::Repositories& repositories;
    fleet::Customers& customers;
    fleet::Enrolment& enrolment;
    fleet::Agents& agents;
    const fleet::Watch& watch;
    fleet::Schedules& schedules;
    fleet::ScheduleSets& schedule_sets;
  };
  HostPages(http::Router& router, Guard& guard, Shell& shell, Parts parts);

 private:
  // What a failed form gives back to its page.
  struct Problem {
    int status = 200;
    views::FieldErrors errors;
    std::optional<views::SourceGroupForm> group;
    std::string backup;
    std::string limits;
    std::optional<http::Form> typed;
  };
  enum class Tab { Overview, Backups, Reports, Settings };

  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> show_backups(http::Request& request, Visitor visitor);
  Task<http::Response> show_history(http::Request& request, Visitor visitor);
  Task<http::Response> show_reports(http::Request& request, Visitor visitor);
  Task<http::Response> show_settings(http::Request& request, Visitor visitor);
  Task<http::Response> download_report(http::Request& request, Visitor visitor);

  Task<http::Response> back_up(http::Request& request, Visitor visitor);
  Task<http::Response> save_group(http::Request& request, Visitor visitor);
  Task<core::Result<>> save(core::HostId host, const views::SourceGroupForm& form, fleet::Actor actor);
  Task<http::Response> remove_group(http::Request& request, Visitor visitor);
  Task<views::HostSchedules> schedules_of(const fleet::HostDetail& detail, core::Time now);
  Task<http::Response> protect(http::Request& request, Visitor visitor);
  Task<http::Response> link(http::Request& request, Visitor visitor);
  Task<http::Response> unlink(http::Request& request, Visitor visitor);
  Task<http::Response> rename(http::Request& request, Visitor visitor);
  Task<http::Response> move(http::Request& request, Visitor visitor);
  Task<http::Response> set_tags(http::Request& request, Visitor visitor);
  Task<http::Response> set_notes(http::Request& request, Visitor visitor);
  Task<http::Response> pause(http::Request& request, Visitor visitor);
  Task<http::Response> resume(http::Request& request, Visitor visitor);
  Task<http::Response> set_needs_backup(http::Request& request, Visitor visitor);
  Task<http::Response> set_limits(http::Request& request, Visitor visitor);
  Task<http::Response> rotate(http::Request& request, Visitor visitor);
  Task<http::Response> revoke(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);

  void add_forms(http::Router& router, Guard& guard);
  // The head of a host's page, with the host; `topics` are beside those of the head.
  Task<core::Result<fleet::HostDetail>> frame(http::Request& request, const Visitor& visitor, Tab tab,
                                              views::HostFrame& frame, std::string topics = {});
  Task<http::Response> backups_page(http::Request& request, Visitor visitor, Problem problem);
  Task<http::Response> settings_page(http::Request& request, Visitor visitor, Problem problem);
  Task<http::Response> settings_with(http::Request& request, Visitor visitor, core::Error error, std::string field);
  // Answers a form of the settings: back to them when it was done, the page with the error otherwise.
  Task<http::Response> finish(http::Request& request, Visitor visitor, core::Result<> result, Flash flash,
                              std::string field);

  Guard& guard_;
  Shell& shell_;
  Parts parts_;
};

}  // namespace holdfast::web
