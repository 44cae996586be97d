#pragma once

#include "core/hosts/source_group.hpp"
#include "core/jobs/job_record.hpp"
#include "enrolment/view.hpp"
#include "fleet/agents/agents.hpp"
#include "fleet/enrolment/enrolment.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/repositories/repositories.hpp"
#include "fleet/repositories/repository_checks.hpp"
#include "hosts/view.hpp"
#include "jobs/view.hpp"
#include "repositories/view.hpp"

// From what fleet knows to what pages show.
namespace holdfast::web {

// A host's page, or one of its tabs.
inline views::Url host_url(const core::HostId& host, std::string_view tab = {}) {
  auto page = views::Url("/hosts").segment(host.text());
  return tab.empty() ? page : page.segment(tab);
}

inline views::Url customer_url(std::string_view slug) {
  return views::Url("/customers").segment(slug);
}

views::SourceGroupView show_group(const core::SourceGroup& group);

// "Backup app-01".
std::string job_title(const core::Job& job);
// `connected`: whether the job's host is.
views::JobStatus show_job_status(const core::Job& job, bool connected);
// What a list of the jobs that have not ended asks for.
core::JobFilter active_jobs(std::size_t limit);
views::JobRow show_job_row(const core::Job& job, bool connected, core::Time now);
// Of jobs that have not ended. A queued one names the one among them that goes first.
std::vector<views::JobRow> show_active_rows(const std::vector<core::Job>& unfinished, const fleet::Agents& agents,
                                            core::Time now);
// The job among `others` that runs on the same host and the same repository, while this one is queued.
std::optional<views::WaitsFor> show_waits_for(const core::Job& job, const std::vector<core::Job>& others);
// What the jobs that succeeded took and added, from least to most; nothing of fewer than two.
std::vector<views::Fact> show_usual(const std::vector<core::Job>& jobs);
// `throughput`: of the job while it runs.
views::JobView show_job(const core::Job& job, const std::optional<fleet::HostOverview>& host,
                        const fleet::Throughput& throughput, core::Time now);

views::PendingHost show_pending(const fleet::PendingHost& pending, const std::vector<fleet::PendingHost>& all,
                                core::Time now);
views::RejectedHost show_rejected(const fleet::PendingHost& rejected);

// What the newest test said, and the hosts that may begin one.
views::ConnectionTest show_connection_test(const fleet::RepositoryOverview& overview,
                                           const std::optional<fleet::RepositoryCheck>& newest,
                                           const fleet::Agents& agents, core::Time now);

// Tags as people type them: with commas or blanks between, wherever there are tags.
std::vector<std::string> split_tags(std::string_view text);
std::string join_tags(const std::vector<std::string>& tags);

// Lines of a text area: trimmed of line ends, empty ones left out.
std::vector<std::string> split_lines(std::string_view text);
std::string join_lines(const std::vector<std::string>& lines);

}  // namespace holdfast::web
