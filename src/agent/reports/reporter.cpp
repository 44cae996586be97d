#include "reports/reporter.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <exception>

#include "protocol/agent/messages.hpp"
#include "protocol/report/report.hpp"
#include "runtime/log/log.hpp"
#include "runtime/secrets/crypto.hpp"
#include "text/ulid.hpp"

namespace holdfast::agent {
namespace {

// Leaves out half of the longest list; false when there is nothing left to leave out.
bool shrink(core::Report& report) {
  const std::size_t disks = report.system ? report.system->disks.size() : 0;
  const std::size_t containers = report.containers ? report.containers->items.size() : 0;
  if (disks == 0 && containers == 0) return false;
  if (containers >= disks)
    report.containers->items.resize(containers / 2);
  else
    report.system->disks.resize(disks / 2);
  return true;
}

void log_no_report(const std::exception& error) {
  runtime::log::error("report.failed", "A report could not be made", {{"reason", error.what()}});
}

}  // namespace

std::string encode_within(core::Report report, std::size_t limit) {
  std::string document = protocol::encode_report(report);
  while (document.size() > limit && shrink(report)) document = protocol::encode_report(report);
  return document;
}

Reporter::Reporter(runtime::Loop& loop, const runtime::Clock& clock, const OwnBackups& backups, ReportLedger& ledger,
                   ReporterOptions options)
    : clock_(clock),
      ledger_(ledger),
      options_(std::move(options)),
      probes_(loop, clock, backups, options_.probes),
      tasks_(loop) {}

void Reporter::start() {
  tasks_.spawn("reports", [this] { return report_for_ever(); });
}

runtime::Task<> Reporter::report_for_ever() {
  for (;;) {
    try {
      co_await report_and_wait();
      continue;
    } catch (const boost::system::system_error& error) {
      if (error.code() == boost::asio::error::operation_aborted) throw;
      log_no_report(error);
    } catch (const std::exception& error) {
      log_no_report(error);
    }
    co_await runtime::sleep_for(options_.check);
  }
}

runtime::Task<> Reporter::report_and_wait() {
  co_await report();
  co_await wait_for_reason();
}

runtime::Task<> Reporter::report() {
  core::Report report = co_await probes_.gather(Depth::Full);
  health_ = report.health;
  const auto now = clock_.now();
  const core::ReportId id(text::make_ulid(now, runtime::random_ulid_entropy()));
  ledger_.add(id, encode_within(std::move(report), protocol::kMaxReportBytes));
}

runtime::Task<> Reporter::wait_for_reason() {
  const auto due = clock_.steady() + options_.interval;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - clock_.steady());
    co_await runtime::sleep_for(std::clamp(left, std::chrono::milliseconds(0), options_.check));
    if (clock_.steady() >= due) co_return;
    const core::Report seen = co_await probes_.gather(Depth::Health);
    if (seen.health == health_) continue;
    runtime::log::info("report.health_changed", "The health of this host has changed",
                       {{"health", core::to_text(*seen.health)}});
    co_return;
  }
}

}  // namespace holdfast::agent
