#include "protocol/agent/messages.hpp"

#include <fmt/format.h>

#include "agent/fields.hpp"
#include "text/utf8.hpp"

namespace holdfast::protocol {
namespace {

constexpr std::size_t kMaxMessageDepth = 32;
constexpr std::size_t kMaxEnvelopeId = 64;
// For address, passwords and variables of a repository, of which JSON may double each byte.
constexpr std::size_t kAccessRoom = 192 * 1024;

template <class Variant>
std::string encode_envelope(const Variant& message, std::string_view id, int version) {
  json::object envelope;
  std::visit(
      [&](const auto& alternative) {
        envelope["type"] = type_name(&alternative);
        if (!id.empty()) envelope["id"] = id.substr(0, kMaxEnvelopeId);
        Writer writer(envelope["payload"].emplace_object(), version);
        fields(writer, alternative);
      },
      message);
  return json::serialize(envelope);
}

// The whole text as one JSON object with bounded nesting, or a sentence.
std::expected<json::object, std::string> parse_object(std::string_view text, std::size_t limit) {
  if (text.size() > limit) return std::unexpected(fmt::format("message larger than {} bytes", limit));
  json::parse_options options;
  options.max_depth = kMaxMessageDepth;
  json::error_code error;
  json::value value = json::parse(json::string_view(text), error, {}, options);
  if (error == json::error::too_deep) return std::unexpected(fmt::format("nested deeper than {}", kMaxMessageDepth));
  if (error) return std::unexpected("not valid JSON");
  if (!value.is_object()) return std::unexpected("not a JSON object");
  return std::move(value.get_object());
}

struct Head {
  std::string type;
  std::string id;
};

std::expected<Head, std::string> read_head(const json::object& envelope) {
  const json::value* type = envelope.if_contains("type");
  const json::value* id = envelope.if_contains("id");
  if (!type || !type->is_string()) return std::unexpected("type: must be a text");
  if (id && !id->is_string()) return std::unexpected("id: must be a text");
  if (id && id->get_string().size() > kMaxEnvelopeId) return std::unexpected("id: longer than 64 bytes");
  Head head;
  head.type = std::string_view(type->get_string());
  if (id) head.id = std::string_view(id->get_string());
  return head;
}

// Tries the alternatives of the variant one after the other; false when none has the name.
template <class Variant, std::size_t I = 0>
bool read_payload(std::string_view type, const json::value& payload, Variant& message, std::string& error) {
  if constexpr (I < std::variant_size_v<Variant>) {
    using Message = std::variant_alternative_t<I, Variant>;
    constexpr std::string_view kName = type_name(static_cast<const Message*>(nullptr));
    if (type != kName) return read_payload<Variant, I + 1>(type, payload, message, error);
    const Place place{nullptr, kName, {}};
    Reader reader(payload, place, error);
    if (error.empty()) fields(reader, message.template emplace<Message>());
    return true;
  } else {
    return false;
  }
}

template <class Variant>
std::expected<Envelope<Variant>, std::string> decode_envelope(std::string_view text, std::size_t limit) {
  const auto object = parse_object(text, limit);
  if (!object) return std::unexpected(object.error());
  auto head = read_head(*object);
  if (!head) return std::unexpected(head.error());
  const json::value* payload = object->if_contains("payload");
  if (!payload) return std::unexpected("payload: is missing");
  Envelope<Variant> envelope;
  std::string error;
  if (!read_payload(head->type, *payload, envelope.message, error)) {
    return std::unexpected(fmt::format("unknown type '{}'", text::truncate_utf8(head->type, 64)));
  }
  if (!error.empty()) return std::unexpected(std::move(error));
  envelope.id = std::move(head->id);
  return envelope;
}

bool is_snapshot_id(std::string_view text) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  return text.size() >= 8 && text.find_first_not_of(kHexDigits) == std::string_view::npos;
}

std::string find_fault_in(const core::BackupOutcome& backup, core::JobState state) {
  const bool made_snapshot = state == core::JobState::Succeeded || state == core::JobState::Partial;
  if (made_snapshot && !backup.summary) return "result.backup.summary: a job with this state has one";
  if (backup.summary && !is_snapshot_id(backup.summary->snapshot_id))
    return "result.backup.summary.snapshot_id: not a snapshot id";
  return {};
}

}  // namespace

std::string find_fault_in_sequence(std::uint64_t sequence) {
  return sequence == 0 ? "sequence: must be at least 1" : "";
}

std::string find_fault(const LogStream& message) {
  if (message.lines.empty()) return "lines: must not be empty";
  for (std::size_t i = 1; i < message.lines.size(); ++i) {
    if (message.lines[i].sequence != message.lines[0].sequence + i)
      return fmt::format("lines[{}].sequence: must ascend by one", i);
  }
  return {};
}

std::string find_fault(const JobFinished& message) {
  const core::JobResult& result = message.result;
  if (!core::is_final(result.state)) return "result.state: must be a final state";
  if (auto fault =
          std::visit([&](const auto& outcome) { return find_fault_in(outcome, result.state); }, result.outcome);
      !fault.empty())
    return fault;
  if (result.state != core::JobState::Succeeded && !result.failure)
    return "result.failure: a job with this state has one";
  return {};
}

std::string encode(const AgentMessage& message, std::string_view id, int version) {
  return encode_envelope(message, id, version);
}
std::string encode(const HubMessage& message, std::string_view id, int version) {
  return encode_envelope(message, id, version);
}

std::string encoded_for(std::string text, int version) {
  if (version >= kVersion) return text;
  const auto decoded = decode_agent_message(text);
  return decoded ? encode(decoded->message, decoded->id, version) : text;
}

bool fits_command(const core::SourceSet& sources) {
  CommandRun command;
  command.operation = BackupCommand{sources, {}};
  return encode(HubMessage(std::move(command))).size() + kAccessRoom <= kMaxMessageBytes;
}

std::expected<Envelope<AgentMessage>, std::string> decode_agent_message(std::string_view text) {
  return decode_envelope<AgentMessage>(text, kMaxMessageBytes);
}

std::expected<Envelope<HubMessage>, std::string> decode_hub_message(std::string_view text) {
  return decode_envelope<HubMessage>(text, kMaxSetBytes);
}

}  // namespace holdfast::protocol
