#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "server/request_reader.hpp"
#include "websocket/websocket_connection.hpp"

// What a connection may bring, in pieces of a size that the input chooses.
namespace {

using namespace holdfast::http;

class ScriptedTransport final : public Transport {
 public:
  ScriptedTransport(std::string_view bytes, std::size_t piece) : rest_(bytes), piece_(piece) {}

  Task<std::optional<std::string>> open() override { co_return std::nullopt; }
  Task<> wait_readable() override { co_return; }
  Task<std::size_t> read_some(asio::mutable_buffer into) override {
    const auto count = std::min({rest_.size(), piece_, into.size()});
    std::memcpy(into.data(), rest_.data(), count);
    rest_.remove_prefix(count);
    co_return count;
  }
  Task<std::size_t> write_some(Buffers) override { co_return 0; }
  Task<> finish() override { co_return; }
  void abort() override {}
  bool secure() const override { return false; }
  std::shared_ptr<WebSocketConnection> into_websocket(WebSocketLimits, std::string) override { return nullptr; }

 private:
  std::string_view rest_;
  std::size_t piece_;
};

constexpr std::uint64_t kMostBody = 1000;

Task<> read_all(Transport& transport, std::size_t size) {
  RequestReader reader(transport, 2000);
  while (co_await reader.wait()) {
    const auto head = co_await reader.read_header();
    if (!head) {
      if (reader.claimed_target().size() > size) std::abort();
      co_return;
    }
    if (!reader.has_body()) continue;
    const auto body = co_await reader.read_body(kMostBody);
    if (!body) co_return;
    if (body->size() > kMostBody) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Loop loop;
  ScriptedTransport transport({reinterpret_cast<const char*>(data) + 1, size - 1}, data[0] + std::size_t{1});
  asio::co_spawn(loop, read_all(transport, size), asio::detached);
  loop.run();
  return 0;
}
