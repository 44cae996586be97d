#pragma once

#include <sys/types.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/agent/messages.hpp"
#include "runtime/async/task.hpp"
#include "runtime/files/files.hpp"

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
// What a crash leaves half written is dropped by the next open(). When the file system fails, or somebody removes the
// files, the job goes on without them: it is `lost`, and its end is kept in memory.
class JobLedger {
 public:
  // Makes the folder. The job is accepted, and survives power loss, on return. Throws when the file system fails.
  static std::unique_ptr<JobLedger> create(const std::filesystem::path& folder, const protocol::CommandRun& command,
                                           runtime::Signal& changed);
  // Reads the folder, dropping a message that a crash cut short. Null when it holds no accepted job; throws when it
  // holds one that cannot be read.
  static std::unique_ptr<JobLedger> open(const std::filesystem::path& folder, runtime::Signal& changed);

  const core::JobId& job() const { return job_; }
  const core::RepositoryId& repository() const { return repository_; }
  // From the disk each time: its secrets stay in memory no longer than needed. Throws when it is no longer there.
  protocol::CommandRun command() const;

  bool started() const { return started_; }
  bool finished() const { return end_.has_value(); }
  std::uint64_t last_sequence() const { return last_sequence_; }

  // Numbers the message and keeps it. A job's first and last messages survive power loss, the others the death of the
  // agent. Of a lost job only the end is kept.
  void add(protocol::AgentMessage message);

  // The messages cannot be written or read any more.
  void lose(std::string_view reason);
  bool lost() const { return !lost_because_.empty(); }
  // What the hub must still hear of a lost job that has ended, numbered after what it has.
  std::vector<std::string> last_words(std::uint64_t after);
  // Whether the hub has everything.
  bool handed_in() const { return end_sequence_ && acknowledged_ >= end_sequence_; }

  // What the hub has, when it has said so since the agent was started.
  const std::optional<std::uint64_t>& acknowledged() const { return acknowledged_; }
  void acknowledge(std::uint64_t sequence);
  // Power loss may take messages that the hub already has: numbers continue after these.
  void continue_after(std::uint64_t sequence) { last_sequence_ = std::max(last_sequence_, sequence); }

  // The hub does not know the job: nothing of it is kept or sent any more, and the folder goes when nothing uses it.
  void abandon() { abandoned_ = true; }
  bool abandoned() const { return abandoned_; }

  // Neither fails: a restic that is in no file is found by its environment.
  void set_process(const std::optional<ResticProcess>& process) noexcept;
  std::optional<ResticProcess> process() const;

  // Reads messages from `offset` of the file on, about `limit` bytes, and leaves out what the hub has.
  struct Chunk {
    std::vector<std::string> messages;
    std::uint64_t next_offset = 0;    // where it began when there is nothing readable
    std::uint64_t last_sequence = 0;  // of the last message read
  };
  Chunk read(std::uint64_t offset, std::size_t limit) const;
  std::uint64_t size() const { return size_; }  // of the file of messages

 private:
  JobLedger(std::filesystem::path folder, const protocol::CommandRun& command, runtime::Signal& changed);
  std::filesystem::path messages_path() const { return folder_ / "messages"; }
  void load_messages();
  void write(protocol::AgentMessage& message);
  void append(const std::string& record, bool must_survive_power_loss);
  void note(const protocol::AgentMessage& message);

  // Constant after construction.
  std::filesystem::path folder_;
  core::JobId job_;
  core::RepositoryId repository_;
  runtime::Signal& changed_;

  std::optional<runtime::AppendFile> file_;  // open while the job runs
  std::uint64_t size_ = 0;
  std::uint64_t last_sequence_ = 0;
  std::optional<std::uint64_t> acknowledged_;
  bool started_ = false;
  std::optional<protocol::JobFinished> end_;
  std::optional<std::uint64_t> end_sequence_;  // what the end is numbered, once it is
  std::string lost_because_;
  bool abandoned_ = false;
};

}  // namespace holdfast::agent
