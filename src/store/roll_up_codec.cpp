#include "roll_up_codec.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "store/database.hpp"

// The bytes: a version, the mounts (their number, then each with its length), then for each roll-up its place in the
// chunk and one number per column: 0 when absent, else 1 + the zigzag of the difference to the last value of that
// column. Numbers are varints, seven bits a byte from the lowest on. The columns are the number of reports, the values
// in the order of kValues in hundredths, the age of the backup in seconds, the mounts.
namespace holdfast::store {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kMostMounts = 16;
constexpr double kPerUnit = 100;
// Whatever is larger is nonsense, and any large number as good as another. Differences of two still fit.
constexpr double kLargest = 4e15;

using Value = std::optional<double> RollUp::*;
constexpr std::array kValues{
    &RollUp::cpu_mean,           &RollUp::cpu_max,          &RollUp::memory_mean,          &RollUp::memory_max,
    &RollUp::swap_max,           &RollUp::load_mean,        &RollUp::temperature_max,      &RollUp::disk_max,
    &RollUp::containers_running, &RollUp::containers_total, &RollUp::containers_unhealthy,
};

using Number = std::optional<std::int64_t>;

Number to_hundredths(std::optional<double> value) {
  if (!value || std::isnan(*value)) return std::nullopt;
  return std::llround(std::clamp(*value * kPerUnit, -kLargest, kLargest));
}

std::optional<double> from_hundredths(Number number) {
  if (!number) return std::nullopt;
  return static_cast<double>(*number) / kPerUnit;
}

std::uint64_t zigzag(std::int64_t number) {
  return (static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63);
}

std::int64_t unzigzag(std::uint64_t number) {
  return static_cast<std::int64_t>((number >> 1) ^ (~(number & 1) + 1));
}

void put_varint(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

[[noreturn]] void damaged() {
  throw DatabaseError("Stored roll-ups are damaged.");
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  std::uint64_t varint() {
    std::uint64_t number = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      const auto byte = static_cast<unsigned char>(text(1).front());
      number |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return number;
    }
    damaged();
  }
  std::string_view text(std::uint64_t size) {
    if (size > rest_.size()) damaged();
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

 private:
  std::string_view rest_;
};

// The columns of one roll-up, as numbers.
std::vector<Number> columns_of(const RollUp& roll_up, const std::vector<std::string>& mounts) {
  std::vector<Number> columns{static_cast<std::int64_t>(std::min<std::uint64_t>(roll_up.reports, 1U << 31U))};
  for (const Value value : kValues) columns.push_back(to_hundredths(roll_up.*value));
  const auto age = roll_up.backup_age;
  columns.push_back(age ? Number(std::clamp<std::int64_t>(age->count(), 0, std::int64_t{1} << 40)) : std::nullopt);
  for (const std::string& mount : mounts) {
    const auto disk = roll_up.disks.find(mount);
    columns.push_back(disk == roll_up.disks.end() ? std::nullopt : to_hundredths(disk->second));
  }
  return columns;
}

void set_columns(RollUp& roll_up, const std::vector<Number>& columns, const std::vector<std::string>& mounts) {
  auto column = columns.begin();
  roll_up.reports = static_cast<std::uint64_t>(std::max<std::int64_t>(0, (column++)->value_or(0)));
  for (const Value value : kValues) roll_up.*value = from_hundredths(*column++);
  if (const Number age = *column++) roll_up.backup_age = std::chrono::seconds(*age);
  for (const std::string& mount : mounts) {
    if (const auto percent = from_hundredths(*column++)) roll_up.disks[mount] = *percent;
  }
}

// Of each roll-up the first kMostMounts.
std::vector<std::string> mounts_of(const std::vector<RollUp>& roll_ups) {
  std::set<std::string> mounts;
  for (const RollUp& roll_up : roll_ups) {
    std::size_t count = 0;
    for (const auto& [mount, percent] : roll_up.disks) {
      if (count++ < kMostMounts) mounts.insert(mount);
    }
  }
  return {mounts.begin(), mounts.end()};
}

void put_columns(std::string& out, const std::vector<Number>& columns, std::vector<std::int64_t>& last) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i]) {
      put_varint(out, 0);
      continue;
    }
    put_varint(out, 1 + zigzag(*columns[i] - last[i]));
    last[i] = *columns[i];
  }
}

std::vector<Number> read_columns(Reader& reader, std::vector<std::int64_t>& last) {
  std::vector<Number> columns(last.size());
  for (std::size_t i = 0; i < last.size(); ++i) {
    const std::uint64_t number = reader.varint();
    if (number == 0) continue;
    if (__builtin_add_overflow(last[i], unzigzag(number - 1), &last[i])) damaged();
    columns[i] = last[i];
  }
  return columns;
}

std::vector<std::string> read_mounts(Reader& reader) {
  std::vector<std::string> mounts;
  for (std::uint64_t count = reader.varint(); count > 0; --count) mounts.emplace_back(reader.text(reader.varint()));
  return mounts;
}

constexpr std::size_t columns_without_mounts() {
  return 1 + kValues.size() + 1;
}

}  // namespace

std::int64_t ChunkShape::chunk_of(core::Time time) const {
  const std::int64_t position = time.time_since_epoch().count();
  const std::int64_t size = length().count();
  return position / size - (position % size < 0 ? 1 : 0);
}

ChunkShape shape_of(RollUpSpan span) {
  if (span == RollUpSpan::Hour) return {std::chrono::hours(1), 24};
  return {std::chrono::hours(24), 32};
}

std::string encode_roll_ups(const ChunkShape& shape, const std::vector<RollUp>& roll_ups) {
  const std::vector<std::string> mounts = mounts_of(roll_ups);
  std::string bytes(1, kVersion);
  put_varint(bytes, mounts.size());
  for (const std::string& mount : mounts) {
    put_varint(bytes, mount.size());
    bytes += mount;
  }
  std::vector<std::int64_t> last(columns_without_mounts() + mounts.size());
  for (const RollUp& roll_up : roll_ups) {
    const core::Time start = shape.start_of(shape.chunk_of(roll_up.start));
    put_varint(bytes, static_cast<std::uint64_t>((roll_up.start - start) / shape.point));
    put_columns(bytes, columns_of(roll_up, mounts), last);
  }
  return bytes;
}

std::vector<RollUp> decode_roll_ups(const ChunkShape& shape, std::int64_t chunk, std::string_view bytes) {
  Reader reader(bytes);
  if (reader.text(1).front() != kVersion) damaged();
  const std::vector<std::string> mounts = read_mounts(reader);
  std::vector<std::int64_t> last(columns_without_mounts() + mounts.size());
  std::vector<RollUp> roll_ups;
  while (!reader.at_end()) {
    const std::uint64_t place = reader.varint();
    if (place >= static_cast<std::uint64_t>(shape.points)) damaged();
    RollUp& roll_up = roll_ups.emplace_back();
    roll_up.start = shape.start_of(chunk) + shape.point * static_cast<std::int64_t>(place);
    set_columns(roll_up, read_columns(reader, last), mounts);
  }
  return roll_ups;
}

}  // namespace holdfast::store
