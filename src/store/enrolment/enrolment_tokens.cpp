#include <string>

#include "reports/report_rows.hpp"
#include "sqlite/sqlite.hpp"
#include "store/enrolment/enrolment.hpp"

namespace holdfast::store {
namespace {

const std::string kSelect =
    "SELECT t.uid, t.token_hash, c.uid, h.uid, t.created_by, t.created_at, t.expires_at, t.used_at "
    "FROM enrolment_tokens AS t JOIN customers AS c ON c.id = t.customer LEFT JOIN hosts AS h ON h.id = t.host ";
const std::string kFind = kSelect + "WHERE t.token_hash = ?";
const std::string kList = kSelect + "WHERE t.used_at IS NULL AND t.expires_at > ? ORDER BY t.uid DESC";

constexpr std::string_view kAdd =
    "INSERT INTO enrolment_tokens (uid, token_hash, customer, host, created_by, created_at, expires_at, used_at) "
    "VALUES (?, ?, (SELECT id FROM customers WHERE uid = ?), (SELECT id FROM hosts WHERE uid = ?), ?, ?, ?, ?)";
constexpr std::string_view kUse = "UPDATE enrolment_tokens SET used_at = ? WHERE uid = ? AND used_at IS NULL";
constexpr std::string_view kRemove = "DELETE FROM enrolment_tokens WHERE uid = ?";

core::EnrolmentToken read_token(Statement& row) {
  core::EnrolmentToken token;
  row.read(token.id, token.token_hash, token.customer, token.host, token.created_by, token.created_at, token.expires_at,
           token.used_at);
  return token;
}

}  // namespace

void add_enrolment_token(Transaction& transaction, const core::EnrolmentToken& token) {
  // Else it would become one for a new host.
  if (token.host && find_key(transaction, *token.host) == 0)
    throw core::DatabaseError("The host of an enrolment token is not in the database.");
  connection_of(transaction)
      .run(kAdd, token.id, Blob{token.token_hash}, token.customer, token.host, token.created_by, token.created_at,
           token.expires_at, token.used_at);
}

std::optional<core::EnrolmentToken> find_enrolment_token(View& view, std::string_view token_hash) {
  return connection_of(view).find(kFind, read_token, Blob{token_hash});
}

bool use_enrolment_token(Transaction& transaction, const core::EnrolmentTokenId& id, core::Time at) {
  return connection_of(transaction).run(kUse, at, id) == 1;
}

std::vector<core::EnrolmentToken> list_enrolment_tokens(View& view, core::Time now) {
  return connection_of(view).list(kList, read_token, now);
}

bool remove_enrolment_token(Transaction& transaction, const core::EnrolmentTokenId& id) {
  return connection_of(transaction).run(kRemove, id) == 1;
}

}  // namespace holdfast::store
