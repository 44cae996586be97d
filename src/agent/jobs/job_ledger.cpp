#include "jobs/job_ledger.hpp"

#include <fmt/format.h>

#include <cassert>
#include <charconv>
#include <fstream>
#include <system_error>

#include "runtime/log/log.hpp"
#include "text/utf8.hpp"

// The agent may be killed between any two lines. A message is numbered and appended before it can be sent, and what
// a crash left behind the last whole record is cut off by open(). The first and last messages of a job are synced;
// of the others a power loss may take some that the hub has already, so numbers then continue after those of the
// hub. A disk that fails ends the file, not the job.
namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
namespace log = runtime::log;

constexpr std::string_view kCommandFile = "command.json";
constexpr std::string_view kProcessFile = "process";

// Gives a job's message its numbers, from `next` on; the last one used.
std::uint64_t number(protocol::AgentMessage& message, std::uint64_t next) {
  if (auto* lines = std::get_if<protocol::LogStream>(&message)) {
    for (core::LogLine& line : lines->lines) line.sequence = next++;
    return next - 1;
  }
  std::visit(
      [next](auto& alternative) {
        if constexpr (requires { alternative.sequence; }) alternative.sequence = next;
      },
      message);
  return next;
}

// One line of the file of messages.
struct Record {
  std::uint64_t last_sequence = 0;
  std::string_view message;
};

std::optional<Record> parse_record(std::string_view line) {
  Record record;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), record.last_sequence);
  if (error != std::errc() || end == line.data() + line.size() || *end != ' ') return std::nullopt;
  record.message = std::string_view(end + 1, line.data() + line.size());
  return record;
}

// Whether a message is the one that its record says: of this job, and numbered so.
bool fits(const protocol::AgentMessage& message, const core::JobId& job, std::uint64_t last_sequence) {
  return std::visit(
      [&](const auto& alternative) {
        if constexpr (requires { alternative.lines; })
          return alternative.job == job && alternative.lines.back().sequence == last_sequence;
        else if constexpr (requires { alternative.sequence; })
          return alternative.job == job && alternative.sequence == last_sequence;
        else
          return false;
      },
      message);
}

// The first and last messages of a job decide what happens after a crash.
bool is_first_or_last(const protocol::AgentMessage& message) {
  return !std::holds_alternative<protocol::JobProgressed>(message) &&
         !std::holds_alternative<protocol::LogStream>(message);
}

protocol::CommandRun decode_command(const std::string& text) {
  auto decoded = protocol::decode_hub_message(text);
  auto* command = decoded ? std::get_if<protocol::CommandRun>(&decoded->message) : nullptr;
  if (!command) throw std::runtime_error("a job's command in the ledger cannot be read");
  return std::move(*command);
}

// Throws when there is something that is no readable file: to take it for an empty one would start the job again.
void expect_file(const fs::path& path) {
  if (!fs::exists(path)) return;
  const bool readable = fs::is_regular_file(path) && std::ifstream(path);
  if (!readable) throw std::runtime_error("cannot read " + path.string());
}

std::optional<std::string> read_if_readable(const fs::path& path) {
  try {
    return runtime::read_file(path);
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

}  // namespace

JobLedger::JobLedger(fs::path folder, const protocol::CommandRun& command, runtime::Signal& changed)
    : folder_(std::move(folder)), job_(command.job), repository_(command.repository), changed_(changed) {}

std::unique_ptr<JobLedger> JobLedger::create(const fs::path& folder, const protocol::CommandRun& command,
                                             runtime::Signal& changed) {
  runtime::make_private_directory(folder);
  std::error_code absent;
  fs::remove(folder / "messages", absent);  // of a folder that could not be read, nor set aside
  std::unique_ptr<JobLedger> ledger(new JobLedger(folder, command, changed));
  ledger->file_.emplace(ledger->messages_path());
  runtime::write_file_atomically(folder / kCommandFile, protocol::encode(protocol::HubMessage(command)));
  return ledger;
}

std::unique_ptr<JobLedger> JobLedger::open(const fs::path& folder, runtime::Signal& changed) {
  const auto text = runtime::read_file(folder / kCommandFile);
  if (!text) return nullptr;
  std::unique_ptr<JobLedger> ledger(new JobLedger(folder, decode_command(*text), changed));
  ledger->load_messages();
  return ledger;
}

void JobLedger::load_messages() {
  expect_file(messages_path());
  std::ifstream file(messages_path(), std::ios::binary);
  std::string line;
  while (std::getline(file, line) && !file.eof()) {
    const auto record = parse_record(line);
    if (!record || record->last_sequence <= last_sequence_) break;
    const auto decoded = protocol::decode_agent_message(record->message);
    if (!decoded || !fits(decoded->message, job_, record->last_sequence)) break;
    last_sequence_ = record->last_sequence;
    size_ += line.size() + 1;
    note(decoded->message);
  }
  std::error_code missing;
  if (fs::file_size(messages_path(), missing) != size_ && !missing) fs::resize_file(messages_path(), size_);
}

protocol::CommandRun JobLedger::command() const {
  return decode_command(runtime::read_file(folder_ / kCommandFile).value_or(""));
}

void JobLedger::note(const protocol::AgentMessage& message) {
  if (std::holds_alternative<protocol::JobStarted>(message)) started_ = true;
  const auto* end = std::get_if<protocol::JobFinished>(&message);
  if (!end) return;
  end_ = *end;
  end_sequence_ = end->sequence;
}

void JobLedger::append(const std::string& record, bool must_survive_power_loss) {
  if (!file_) file_.emplace(messages_path());
  file_->append(record);
  if (must_survive_power_loss) file_->sync();
  size_ += record.size();
}

void JobLedger::write(protocol::AgentMessage& message) {
  const std::uint64_t last = number(message, last_sequence_ + 1);
  const std::string record = fmt::format("{} {}\n", last, protocol::encode(message));
  append(record, is_first_or_last(message));
  last_sequence_ = last;
}

void JobLedger::add(protocol::AgentMessage message) {
  if (abandoned_) return;
  assert(!finished());
  try {
    if (!lost()) write(message);
  } catch (const std::system_error& error) {
    lose(error.what());
  }
  note(message);
  if (lost()) end_sequence_.reset();
  if (lost() || finished() || !started_) file_.reset();
  changed_.notify_all();
}

void JobLedger::lose(std::string_view reason) {
  if (lost()) return;
  lost_because_ = reason.empty() ? "unknown reason" : reason;
  end_sequence_.reset();
  log::error("ledger.lost", "The messages of a job cannot be kept any more; it goes on, and the hub hears how it ends",
             {{"job", job_.text()}, {"reason", lost_because_}});
}

std::vector<std::string> JobLedger::last_words(std::uint64_t after) {
  protocol::LogStream line{job_, {{after + 1, end_->at, core::LogLevel::Warning, ""}}};
  line.lines[0].text = "The agent could not keep the log of this job any more, so a part of it is missing: " +
                       text::to_valid_utf8(lost_because_);
  protocol::JobFinished end = *end_;
  end_sequence_ = end.sequence = after + 2;
  return {protocol::encode(protocol::AgentMessage(std::move(line))),
          protocol::encode(protocol::AgentMessage(std::move(end)))};
}

void JobLedger::acknowledge(std::uint64_t sequence) {
  acknowledged_ = std::max(acknowledged_.value_or(0), sequence);
  changed_.notify_all();
}

void JobLedger::set_process(const std::optional<ResticProcess>& process) noexcept {
  const fs::path path = folder_ / kProcessFile;
  std::error_code ignored;
  if (!process) {
    fs::remove(path, ignored);
    return;
  }
  const std::string text = fmt::format("{} {}", process->pid, process->start_time);
  try {
    runtime::write_file_atomically(path, text, runtime::Durability::Survives_crash);
  } catch (const std::system_error& error) {
    log::warning("ledger.process_unwritten", "Which process restic is cannot be kept",
                 {{"job", job_.text()}, {"reason", error.what()}});
  }
}

std::optional<ResticProcess> JobLedger::process() const {
  const auto text = read_if_readable(folder_ / kProcessFile);
  if (!text) return std::nullopt;
  ResticProcess process;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), process.pid);
  if (error != std::errc() || end == text->data() + text->size()) return std::nullopt;
  process.start_time.assign(end + 1, text->data() + text->size());
  return process;
}

JobLedger::Chunk JobLedger::read(std::uint64_t offset, std::size_t limit) const {
  Chunk chunk{{}, offset, 0};
  std::ifstream file(messages_path(), std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  std::string line;
  while (chunk.next_offset < size_ && chunk.next_offset < offset + limit && std::getline(file, line)) {
    const auto record = parse_record(line);
    const auto decoded = record ? protocol::decode_agent_message(record->message) : std::unexpected("");
    if (!decoded || !fits(decoded->message, job_, record->last_sequence)) break;
    chunk.next_offset += line.size() + 1;
    chunk.last_sequence = record->last_sequence;
    if (record->last_sequence > acknowledged_.value_or(0)) chunk.messages.emplace_back(record->message);
  }
  return chunk;
}

}  // namespace holdfast::agent
