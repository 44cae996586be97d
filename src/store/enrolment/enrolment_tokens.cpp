#include <string>

#include "sqlite/sqlite.hpp"
#include "store/enrolment/enrolment.hpp"

namespace holdfast::store {
namespace {

const std::string kSelect =
    "SELECT t.uid, t.token_hash, c.uid, h.uid, t.created_by, t.created_at, t.expires_at, t.used_at "
    "FROM enrolment_tokens AS t JOIN customers AS c ON c.id = t.customer LEFT JOIN hosts AS h ON h.id = t.host ";
const std::string kFind = kSelect + "WHERE t.token_hash = ?1";
const std::string kList = kSelect + "WHERE t.used_at IS NULL AND t.expires_at > ?1 ORDER BY t.uid DESC";

// A token for a host that is not there must not become one for a new host: then nothing is inserted.
constexpr std::string_view kAdd =
    "INSERT INTO enrolment_tokens (uid, token_hash, customer, host, created_by, created_at, expires_at, used_at) "
    "SELECT ?1, ?2, (SELECT id FROM customers WHERE uid = ?3), (SELECT id FROM hosts WHERE uid = ?4), ?5, ?6, ?7, ?8 "
    "WHERE ?4 IS NULL OR EXISTS (SELECT 1 FROM hosts WHERE uid = ?4)";
constexpr std::string_view kUse = "UPDATE enrolment_tokens SET used_at = ?2 WHERE uid = ?1 AND used_at IS NULL";
constexpr std::string_view kRemove = "DELETE FROM enrolment_tokens WHERE uid = ?1";

EnrolmentToken read_token(Statement& row) {
  EnrolmentToken token;
  row.read(token.id, token.token_hash, token.customer, token.host, token.created_by, token.created_at, token.expires_at,
           token.used_at);
  return token;
}

}  // namespace

void add_enrolment_token(Transaction& transaction, const EnrolmentToken& token) {
  const std::int64_t added = connection_of(transaction)
                                 .run(kAdd, token.id, Blob{token.token_hash}, token.customer, token.host,
                                      token.created_by, token.created_at, token.expires_at, token.used_at);
  if (added != 1) throw DatabaseError("The host of an enrolment token is not in the database.");
}

std::optional<EnrolmentToken> find_enrolment_token(View& view, std::string_view token_hash) {
  return connection_of(view).find(kFind, read_token, Blob{token_hash});
}

bool use_enrolment_token(Transaction& transaction, const core::EnrolmentTokenId& id, core::Time at) {
  return connection_of(transaction).run(kUse, id, at) == 1;
}

std::vector<EnrolmentToken> list_enrolment_tokens(View& view, core::Time now) {
  return connection_of(view).list(kList, read_token, now);
}

bool remove_enrolment_token(Transaction& transaction, const core::EnrolmentTokenId& id) {
  return connection_of(transaction).run(kRemove, id) == 1;
}

}  // namespace holdfast::store
