#include <openssl/ssl.h>

#include <cstdlib>

#include "server/server_fixture.hpp"

namespace holdfast::http {
namespace {

using testing::HasSubstr;
namespace ssl = asio::ssl;

// A certificate for localhost and 127.0.0.1 that is its own authority.
class TlsTest : public ServerTest {
 protected:
  static void SetUpTestSuite() {
    std::string folder = testing::TempDir() + "holdfast-tls-XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    make_certificate("server", "-addext subjectAltName=DNS:localhost,IP:127.0.0.1");
    make_certificate("other", "-addext subjectAltName=DNS:other.example");
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }

  static void make_certificate(const std::string& name, const std::string& options) {
    const std::string file = (folder_ / name).string();
    const std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" + name + " " +
        options + " -keyout " + file + ".key -out " + file + ".pem 2>/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0);
  }

  static ServerOptions options(const std::string& name = "server") {
    return {.tls = TlsFiles{folder_ / (name + ".pem"), folder_ / (name + ".key")}};
  }
  static ClientOptions trusting(const std::string& name) {
    return {.timeout = std::chrono::seconds(30), .ca_file = folder_ / (name + ".pem")};
  }
  std::string secure_url(std::string_view host, std::string_view scheme = "https") const {
    return std::string(scheme) + "://" + std::string(host) + ":" + std::to_string(server_->port()) + "/";
  }

  static inline std::filesystem::path folder_;
};

TEST_F(TlsTest, CarriesRequests) {
  add("POST", "/", [](const Request& request) { return request.body + (request.secure ? " over TLS" : ""); });
  start(options());
  for (const auto* host : {"localhost", "127.0.0.1"}) {
    const auto response = run(fetch(loop_, "POST", secure_url(host), {}, "body", trusting("server")));
    ASSERT_TRUE(response) << response.error();
    EXPECT_EQ(response->body, "body over TLS");
  }
}

TEST_F(TlsTest, CarriesLargeBodiesAndRefusals) {
  add("POST", "/", [](const Request& request) { return request.body; }, {.max_body = 2'000'000});
  start(options());
  const std::string large(1'500'000, 'x');
  EXPECT_EQ(run(fetch(loop_, "POST", secure_url("localhost"), {}, large, trusting("server"))).value().body, large);
  const std::string huge(2'000'001, 'x');
  EXPECT_EQ(run(fetch(loop_, "POST", secure_url("localhost"), {}, huge, trusting("server"))).value().status, 413);
}

TEST_F(TlsTest, CarriesWebSockets) {
  router_.add_websocket("/", [](Request&) -> Task<WebSocketResponse> {
    WebSocketResponse response;
    response.head.status = 101;
    response.run = [](WebSocket& socket) -> Task<> {
      auto message = co_await socket.receive();
      while (message) {
        socket.send(*message);
        message = co_await socket.receive();
      }
    };
    co_return response;
  });
  start(options());
  auto socket = run(connect_websocket(loop_, secure_url("localhost", "wss"), {}, {}, trusting("server")));
  ASSERT_TRUE(socket) << socket.error().message;
  const std::string large(500'000, 'x');
  (*socket)->send(large);
  EXPECT_EQ(run((*socket)->receive()).value(), large);
  (*socket)->close(4000, "done");
  EXPECT_EQ(run((*socket)->receive()).error().reason, "closed here: 4000 done");
}

TEST_F(TlsTest, IsRefusedByAClientThatDoesNotTrustTheCertificate) {
  start(options());
  const auto unknown = run(fetch(loop_, "GET", secure_url("localhost"), {}, {}, trusting("other")));
  EXPECT_THAT(unknown.error(), HasSubstr("its certificate is not trusted: "));
  const auto by_system = run(fetch(loop_, "GET", secure_url("localhost"), {}, {}));
  EXPECT_THAT(by_system.error(), HasSubstr("its certificate is not trusted: "));
}

TEST_F(TlsTest, IsRefusedByAClientThatExpectsAnotherName) {
  start(options("other"));
  for (const auto* host : {"localhost", "127.0.0.1"}) {
    const auto response = run(fetch(loop_, "GET", secure_url(host), {}, {}, trusting("other")));
    EXPECT_THAT(response.error(), HasSubstr("mismatch")) << host;
  }
}

TEST_F(TlsTest, EndsAClientThatSpeaksPlainly) {
  start(options());
  exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  auto silent = raw();
  stop(std::chrono::milliseconds(1));
}

TEST_F(TlsTest, TakesOnlyCiphersWithForwardSecrecyThatAuthenticate) {
  ssl::context context = server_tls(*options().tls);
  const auto* const ciphers = SSL_CTX_get_ciphers(context.native_handle());
  ASSERT_GT(sk_SSL_CIPHER_num(ciphers), 0);
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const auto* const cipher = sk_SSL_CIPHER_value(ciphers, i);
    EXPECT_TRUE(SSL_CIPHER_is_aead(cipher)) << SSL_CIPHER_get_name(cipher);
    const int exchange = SSL_CIPHER_get_kx_nid(cipher);
    EXPECT_TRUE(exchange == NID_kx_ecdhe || exchange == NID_kx_any) << SSL_CIPHER_get_name(cipher);
  }
}

TEST_F(TlsTest, SaysWhichFileCannotBeUsed) {
  auto missing = options();
  missing.tls->certificate = folder_ / "missing.pem";
  try {
    start(missing);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("missing.pem"));
  }
  auto mixed = options();
  mixed.tls->key = folder_ / "other.key";
  try {
    check_tls(*mixed.tls);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("other.key"));
  }
  EXPECT_NO_THROW(check_tls(*options().tls));
  const ClientOptions no_file{.timeout = std::chrono::seconds(5), .ca_file = folder_ / "missing.pem"};
  start(options());
  EXPECT_THAT(run(fetch(loop_, "GET", secure_url("localhost"), {}, {}, no_file)).error(), HasSubstr("missing.pem"));
}

}  // namespace
}  // namespace holdfast::http
