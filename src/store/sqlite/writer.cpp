#include "sqlite/writer.hpp"

#include <pthread.h>

#include "runtime/log/log.hpp"

// A commit costs a sync of the disk, so all that waits shares one. A request that fails takes back only its own
// part, to its savepoint. SQLite may end the transaction of all beneath it, as on a full disk: then nothing of the
// group happened, and each of it is told.
namespace holdfast::store {
namespace {

constexpr std::size_t kLargestGroup = 512;
constexpr auto kIdle = std::chrono::seconds(1);
// In pages of 4 KiB. The fewer checkpoints, the more often a page is changed before it is copied once; but nothing is
// written meanwhile, which all reports of 10,000 hosts at full speed must not wait for longer than 0.1 s. A PASSIVE one
// waits for nobody but leaves the log's file as long as it is; TRUNCATE waits for readers.
constexpr int kPassiveCheckpointPages = 6 * 1024;
constexpr int kTruncateCheckpointPages = 16 * 1024;

}  // namespace

Writer::Writer(runtime::Loop& loop, std::unique_ptr<Connection> connection)
    : loop_(loop), connection_(std::move(connection)), thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "store-writer");
}

Writer::~Writer() {
  queue_.close();
  thread_.join();
}

void Writer::run() {
  while (!queue_.finished()) {
    std::vector<Request> group = queue_.take(kLargestGroup, patience());
    if (group.empty()) {
      if (!queue_.finished()) checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
      continue;
    }
    commit(group);
    resume_all(loop_, std::move(group));
    checkpoint_if_grown();
  }
}

// With an empty log there is nothing to do in idle times.
std::optional<RequestQueue::Duration> Writer::patience() const {
  if (connection_->wal_pages() == 0) return std::nullopt;
  return kIdle;
}

void Writer::commit(std::vector<Request>& group) {
  transactions_ += group.size();
  try {
    run_all(group);
    ++commits_;
  } catch (const core::DatabaseError&) {
    for (Request& request : group) request.error = std::current_exception();
  }
}

// Throws when the whole group failed; then nothing of it happened.
void Writer::run_all(std::vector<Request>& group) {
  connection_->run("BEGIN IMMEDIATE");
  try {
    for (Request& request : group) run_one(request);
    connection_->run("COMMIT");
  } catch (const core::DatabaseError&) {
    if (connection_->in_transaction()) connection_->run("ROLLBACK");
    throw;
  }
}

void Writer::run_one(Request& request) {
  connection_->run("SAVEPOINT request");
  try {
    request.work(*connection_);
  } catch (const core::DatabaseFull&) {
    undo<core::DatabaseFull>(request);
  } catch (...) {
    undo<core::DatabaseError>(request);
  }
  connection_->run("RELEASE request");
}

// Within a handler of what `request` threw.
template <class Failure>
void Writer::undo(Request& request) {
  request.error = std::current_exception();
  // SQLite may have ended the transaction of all.
  if (!connection_->in_transaction()) throw Failure("The database gave up a transaction; nothing of it was stored.");
  connection_->run("ROLLBACK TO request");
}

void Writer::checkpoint_if_grown() {
  const int pages = connection_->wal_pages();
  if (pages < pages_at_checkpoint_) pages_at_checkpoint_ = 0;  // the log began anew
  if (pages - pages_at_checkpoint_ < kPassiveCheckpointPages) return;
  checkpoint(pages < kTruncateCheckpointPages ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE);
  pages_at_checkpoint_ = connection_->wal_pages();
}

// What is in the log is safe there: a checkpoint that fails is tried again later.
void Writer::checkpoint(int mode) {
  try {
    connection_->checkpoint(mode);
    checkpoint_fails_ = false;
  } catch (const core::DatabaseError& error) {
    if (!checkpoint_fails_) runtime::log::warning("store.checkpoint_failed", error.what());
    checkpoint_fails_ = true;
  }
}

}  // namespace holdfast::store
