#pragma once

#include <sys/types.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/messages.hpp"
#include "runtime/files.hpp"
#include "runtime/task.hpp"

namespace holdfast::agent {

// restic while it runs for a job, so that an agent that was killed finds it again.
struct ResticProcess {
  pid_t pid = 0;
  std::string start_time;
};

// What the agent keeps of one job until the hub has all of it: a folder named after the job, with
//   command.json  the command, with its secrets; its presence means that the job is accepted
//   messages      one line a message: its last sequence number, a blank, the message as it is sent
//   process       restic's process id and start time, while it runs
// Throws when the file system fails; what is half written then is dropped by the next open().
class JobLedger {
 public:
  // Makes the folder. The job is accepted, and survives power loss, on return.
  static std::unique_ptr<JobLedger> create(const std::filesystem::path& folder, const protocol::CommandRun& command,
                                           runtime::Signal& changed);
  // Reads the folder, dropping a message that a crash cut short. Null when it holds no accepted job.
  static std::unique_ptr<JobLedger> open(const std::filesystem::path& folder, runtime::Signal& changed);

  const core::JobId& job() const { return job_; }
  const core::RepositoryId& repository() const { return repository_; }
  // From the disk each time: its secrets stay in memory no longer than needed.
  protocol::CommandRun command() const;

  bool started() const { return started_; }
  bool finished() const { return finished_; }
  std::uint64_t last_sequence() const { return last_sequence_; }

  // Numbers the message and keeps it. A job's first and last messages survive power loss, the others the death of the
  // agent.
  void add(protocol::AgentMessage message);

  // What the hub has, when it has said so since the agent was started.
  const std::optional<std::uint64_t>& acknowledged() const { return acknowledged_; }
  void acknowledge(std::uint64_t sequence);
  // Power loss may take messages that the hub already has: numbers continue after these.
  void continue_after(std::uint64_t sequence) { last_sequence_ = std::max(last_sequence_, sequence); }

  // The hub does not know the job: nothing of it is kept or sent any more, and the folder goes when nothing uses it.
  void abandon() { abandoned_ = true; }
  bool abandoned() const { return abandoned_; }

  void set_process(const std::optional<ResticProcess>& process);
  std::optional<ResticProcess> process() const;

  // Reads messages from `offset` of the file on, about `limit` bytes, and leaves out what the hub has.
  struct Chunk {
    std::vector<std::string> messages;
    std::uint64_t next_offset = 0;
  };
  Chunk read(std::uint64_t offset, std::size_t limit) const;
  std::uint64_t size() const { return size_; }  // of the file of messages

 private:
  JobLedger(std::filesystem::path folder, const protocol::CommandRun& command, runtime::Signal& changed);
  std::filesystem::path messages_path() const { return folder_ / "messages"; }
  void load_messages();
  void append(const std::string& record, bool must_survive_power_loss);
  void note(const protocol::AgentMessage& message);

  // Constant after construction.
  std::filesystem::path folder_;
  core::JobId job_;
  core::RepositoryId repository_;
  runtime::Signal& changed_;

  std::optional<runtime::AppendFile> file_;  // open while the job runs
  bool broken_ = false;                      // an append failed: half a record may be at the end
  std::uint64_t size_ = 0;
  std::uint64_t last_sequence_ = 0;
  std::optional<std::uint64_t> acknowledged_;
  bool started_ = false;
  bool finished_ = false;
  bool abandoned_ = false;
};

}  // namespace holdfast::agent
