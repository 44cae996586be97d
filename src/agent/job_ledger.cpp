#include "job_ledger.hpp"

#include <fmt/format.h>

#include <cassert>
#include <charconv>
#include <fstream>

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

JobLedger::JobLedger(fs::path folder, const protocol::CommandRun& command, runtime::Signal& changed)
    : folder_(std::move(folder)), job_(command.job), repository_(command.repository), changed_(changed) {}

std::unique_ptr<JobLedger> JobLedger::create(const fs::path& folder, const protocol::CommandRun& command,
                                             runtime::Signal& changed) {
  runtime::make_private_directory(folder);
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
  std::ifstream file(messages_path(), std::ios::binary);
  std::string line;
  while (std::getline(file, line) && !file.eof()) {
    const auto record = parse_record(line);
    const auto decoded = record ? protocol::decode_agent_message(record->message) : std::unexpected("");
    if (!decoded || record->last_sequence <= last_sequence_) break;
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
  if (std::holds_alternative<protocol::JobFinished>(message)) finished_ = true;
}

void JobLedger::append(const std::string& record, bool must_survive_power_loss) {
  if (broken_) throw std::runtime_error("the ledger of job " + job_.text() + " could not be written");
  broken_ = true;
  if (!file_) file_.emplace(messages_path());
  file_->append(record);
  if (must_survive_power_loss) file_->sync();
  broken_ = false;
  size_ += record.size();
}

void JobLedger::add(protocol::AgentMessage message) {
  if (abandoned_) return;
  assert(!finished_);
  const std::uint64_t last = number(message, last_sequence_ + 1);
  const std::string record = fmt::format("{} {}\n", last, protocol::encode(message));
  append(record, is_first_or_last(message));
  last_sequence_ = last;
  note(message);
  if (finished_ || !started_) file_.reset();
  changed_.notify_all();
}

void JobLedger::acknowledge(std::uint64_t sequence) {
  acknowledged_ = std::max(acknowledged_.value_or(0), sequence);
  changed_.notify_all();
}

void JobLedger::set_process(const std::optional<ResticProcess>& process) {
  const fs::path path = folder_ / kProcessFile;
  if (!process) {
    fs::remove(path);
    return;
  }
  const std::string text = fmt::format("{} {}", process->pid, process->start_time);
  runtime::write_file_atomically(path, text, runtime::Durability::Survives_crash);
}

std::optional<ResticProcess> JobLedger::process() const {
  const auto text = runtime::read_file(folder_ / kProcessFile);
  if (!text) return std::nullopt;
  ResticProcess process;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), process.pid);
  if (error != std::errc() || end == text->data() + text->size()) return std::nullopt;
  process.start_time.assign(end + 1, text->data() + text->size());
  return process;
}

JobLedger::Chunk JobLedger::read(std::uint64_t offset, std::size_t limit) const {
  Chunk chunk{{}, offset};
  std::ifstream file(messages_path(), std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  std::string line;
  while (chunk.next_offset < size_ && chunk.next_offset < offset + limit && std::getline(file, line)) {
    chunk.next_offset += line.size() + 1;
    const auto record = parse_record(line);
    if (record && record->last_sequence > acknowledged_.value_or(0)) chunk.messages.emplace_back(record->message);
  }
  return chunk;
}

}  // namespace holdfast::agent
