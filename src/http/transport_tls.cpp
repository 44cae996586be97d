#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <stdexcept>

#include "transport.hpp"
#include "websocket/websocket_make.hpp"

namespace holdfast::http {
namespace {

namespace ssl = asio::ssl;
using TlsStream = ssl::stream<Socket>;

// OpenSSL takes the first bytes of an answer in plain HTTP for a version of TLS.
std::string explain(const boost::system::error_code& error) {
  const bool is_ssl = error.category() == asio::error::get_ssl_category();
  const int reason = is_ssl ? ERR_GET_REASON(static_cast<unsigned long>(error.value())) : 0;
  if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST || reason == SSL_R_PACKET_LENGTH_TOO_LONG)
    return "it does not speak TLS; its address may begin with http://, not https://";
  return error.message();
}

class TlsTransport final : public Transport {
 public:
  TlsTransport(Socket socket, ssl::context& context, TlsStream::handshake_type role)
      : stream_(std::move(socket), context), role_(role) {}

  TlsStream& stream() { return stream_; }

  Task<std::optional<std::string>> open() override {
    const auto [error] = co_await stream_.async_handshake(role_, kAsTuple);
    if (!error) co_return std::nullopt;
    const auto verdict = SSL_get_verify_result(stream_.native_handle());
    if (verdict == X509_V_OK) co_return explain(error);
    co_return std::string("its certificate is not trusted: ") + X509_verify_cert_error_string(verdict);
  }

  // What is decrypted already cannot be waited for on the socket.
  Task<> wait_readable() override { co_return; }

  Task<std::size_t> read_some(asio::mutable_buffer into) override {
    const auto [error, count] = co_await stream_.async_read_some(into, kAsTuple);
    co_return count;
  }

  Task<std::size_t> write_some(Buffers buffers) override {
    const auto [error, count] = co_await stream_.async_write_some(buffers, kAsTuple);
    co_return count;
  }

  Task<> finish() override {
    co_await stream_.async_shutdown(kAsTuple);
    co_await drain(stream_.next_layer());
  }

  void abort() override {
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored);
  }

  bool secure() const override { return true; }

  std::shared_ptr<WebSocketConnection> into_websocket(WebSocketLimits limits, std::string peer) override {
    return make_websocket(std::move(stream_), limits, std::move(peer));
  }

 private:
  TlsStream stream_;
  TlsStream::handshake_type role_;
};

void expect_host(SSL* connection, const std::string& host) {
  boost::system::error_code error;
  asio::ip::make_address(host, error);
  const bool is_address = !error;
  if (is_address) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str());
  } else {
    SSL_set1_host(connection, host.c_str());
    // What SSL_set_tlsext_host_name() does, which is a macro with a cast in it.
    std::string name = host;
    SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  }
}

// Keys that are made for the connection, and ciphers that also authenticate: of TLS 1.2 everything else has known
// weaknesses, and TLS 1.3 has nothing else.
void require_modern_tls(ssl::context& context) {
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context.native_handle(), "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);
}

[[noreturn]] void fail(std::string_view what, const std::filesystem::path& file,
                       const boost::system::error_code& error) {
  throw std::runtime_error("cannot use the " + std::string(what) + " " + file.string() + ": " + error.message());
}

}  // namespace

std::unique_ptr<Transport> tls_server_transport(Socket socket, ssl::context& context) {
  return std::make_unique<TlsTransport>(std::move(socket), context, TlsStream::server);
}

std::unique_ptr<Transport> tls_client_transport(Socket socket, ssl::context& context, const std::string& host) {
  auto transport = std::make_unique<TlsTransport>(std::move(socket), context, TlsStream::client);
  transport->stream().set_verify_mode(ssl::verify_peer);
  expect_host(transport->stream().native_handle(), host);
  return transport;
}

ssl::context server_tls(const TlsFiles& files) {
  ssl::context context(ssl::context::tls_server);
  require_modern_tls(context);
  boost::system::error_code error;
  context.use_certificate_chain_file(files.certificate.string(), error);
  if (error) fail("certificate", files.certificate, error);
  context.use_private_key_file(files.key.string(), ssl::context::pem, error);
  if (error) fail("private key", files.key, error);
  if (SSL_CTX_check_private_key(context.native_handle()) != 1)
    throw std::runtime_error("the private key " + files.key.string() + " is not that of the certificate " +
                             files.certificate.string());
  return context;
}

ssl::context client_tls(const std::optional<std::filesystem::path>& ca_file) {
  ssl::context context(ssl::context::tls_client);
  require_modern_tls(context);
  boost::system::error_code error;
  if (ca_file) {
    context.load_verify_file(ca_file->string(), error);
    if (error) fail("certificate authorities", *ca_file, error);
  } else {
    context.set_default_verify_paths();
  }
  return context;
}

}  // namespace holdfast::http
