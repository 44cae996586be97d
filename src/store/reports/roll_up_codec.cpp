#include "reports/roll_up_codec.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "sqlite/damaged_row.hpp"

// The bytes: a version, the mounts (their number, then each with its length), the containers likewise, then for each
// roll-up its place in the chunk and one number per column: 0 when absent, else 1 + the zigzag of the difference to the
// last value of that column. Numbers are varints, seven bits a byte from the lowest on. The columns are the number of
// reports, the values in the order of kValues in hundredths, the age of the backup in seconds, the mounts, the rates in
// the order of kRates, of each container its processors in hundredths and its memory. Version 1 has no containers and
// ends with the mounts.
namespace holdfast::store {
namespace {

constexpr char kVersionWithoutRates = 1;
constexpr char kVersion = 2;
constexpr std::size_t kMostMounts = 16;
constexpr std::size_t kMostContainers = 16;
constexpr double kPerUnit = 100;
constexpr double kRateUnit = 16;      // bytes a second
constexpr double kMemoryUnit = 1024;  // bytes
// Whatever is larger is nonsense, and any large number as good as another. Differences of two still fit.
constexpr double kLargest = 4e15;

using Value = std::optional<double> core::RollUp::*;
constexpr std::array kValues{
    &core::RollUp::cpu_mean,
    &core::RollUp::cpu_max,
    &core::RollUp::memory_mean,
    &core::RollUp::memory_max,
    &core::RollUp::swap_max,
    &core::RollUp::load_mean,
    &core::RollUp::temperature_max,
    &core::RollUp::disk_max,
    &core::RollUp::containers_running,
    &core::RollUp::containers_total,
    &core::RollUp::containers_unhealthy,
};
constexpr std::array kRates{&core::RollUp::network_received, &core::RollUp::network_sent, &core::RollUp::disk_read,
                            &core::RollUp::disk_written};

using Number = std::optional<std::int64_t>;

Number to_number(std::optional<double> value, double per_unit) {
  if (!value || std::isnan(*value)) return std::nullopt;
  return std::llround(std::clamp(*value * per_unit, -kLargest, kLargest));
}

Number to_hundredths(std::optional<double> value) {
  return to_number(value, kPerUnit);
}

std::optional<double> from_number(Number number, double per_unit) {
  return number ? std::optional(static_cast<double>(*number) / per_unit) : std::nullopt;
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
  throw DamagedRow("Stored roll-ups are damaged.");
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

using Names = std::vector<std::string>;

// What the columns behind the values are.
struct Layout {
  Names mounts;
  Names containers;
  bool has_rates = true;

  std::size_t columns() const {
    const std::size_t behind = has_rates ? kRates.size() + 2 * containers.size() : 0;
    return 1 + kValues.size() + 1 + mounts.size() + behind;
  }
};

void add_containers(std::vector<Number>& columns, const core::RollUp& roll_up, const Names& containers) {
  for (const std::string& name : containers) {
    const auto found = roll_up.container_use.find(name);
    const core::ContainerUse use = found == roll_up.container_use.end() ? core::ContainerUse() : found->second;
    columns.push_back(to_hundredths(use.cpu_mean));
    columns.push_back(to_number(use.memory_max, 1 / kMemoryUnit));
  }
}

// The columns of one roll-up, as numbers.
std::vector<Number> columns_of(const core::RollUp& roll_up, const Layout& layout) {
  std::vector<Number> columns{static_cast<std::int64_t>(std::min<std::uint64_t>(roll_up.reports, 1U << 31U))};
  for (const Value value : kValues) columns.push_back(to_hundredths(roll_up.*value));
  const auto age = roll_up.backup_age;
  columns.push_back(age ? Number(std::clamp<std::int64_t>(age->count(), 0, std::int64_t{1} << 40)) : std::nullopt);
  for (const std::string& mount : layout.mounts) {
    const auto disk = roll_up.disks.find(mount);
    columns.push_back(disk == roll_up.disks.end() ? std::nullopt : to_hundredths(disk->second));
  }
  for (const Value rate : kRates) columns.push_back(to_number(roll_up.*rate, 1 / kRateUnit));
  add_containers(columns, roll_up, layout.containers);
  return columns;
}

using Column = std::vector<Number>::const_iterator;

// Names are in order, as encode_roll_ups() wrote them, so each goes to the end.
void set_containers(core::RollUp& roll_up, Column column, const Names& containers) {
  for (const std::string& name : containers) {
    const core::ContainerUse use{from_number(*column, kPerUnit), from_number(*(column + 1), 1 / kMemoryUnit)};
    if (use != core::ContainerUse()) roll_up.container_use.emplace_hint(roll_up.container_use.end(), name, use);
    column += 2;
  }
}

void set_columns(core::RollUp& roll_up, const std::vector<Number>& columns, const Layout& layout,
                 core::RollUpParts parts) {
  Column column = columns.begin();
  roll_up.reports = static_cast<std::uint64_t>(std::max<std::int64_t>(0, (column++)->value_or(0)));
  for (const Value value : kValues) roll_up.*value = from_number(*column++, kPerUnit);
  if (const Number age = *column++) roll_up.backup_age = std::chrono::seconds(*age);
  const bool named = parts == core::RollUpParts::All;
  for (const std::string& mount : layout.mounts) {
    const auto percent = from_number(*column++, kPerUnit);
    if (percent && named) roll_up.disks.emplace_hint(roll_up.disks.end(), mount, *percent);
  }
  if (!layout.has_rates) return;
  for (const Value rate : kRates) roll_up.*rate = from_number(*column++, 1 / kRateUnit);
  if (named) set_containers(roll_up, column, layout.containers);
}

// Of each roll-up the first `most` of what `map` names.
template <class Map>
Names names_in(const std::vector<core::RollUp>& roll_ups, Map core::RollUp::* map, std::size_t most) {
  std::set<std::string> names;
  for (const core::RollUp& roll_up : roll_ups) {
    std::size_t count = 0;
    for (const auto& [name, value] : roll_up.*map) {
      if (count++ < most) names.insert(name);
    }
  }
  return {names.begin(), names.end()};
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

void read_columns(Reader& reader, std::vector<std::int64_t>& last, std::vector<Number>& columns) {
  for (std::size_t i = 0; i < last.size(); ++i) {
    const std::uint64_t number = reader.varint();
    columns[i].reset();
    if (number == 0) continue;
    if (__builtin_add_overflow(last[i], unzigzag(number - 1), &last[i])) damaged();
    columns[i] = last[i];
  }
}

void put_names(std::string& out, const Names& names) {
  put_varint(out, names.size());
  for (const std::string& name : names) {
    put_varint(out, name.size());
    out += name;
  }
}

Names read_names(Reader& reader) {
  Names names;
  for (std::uint64_t count = reader.varint(); count > 0; --count) names.emplace_back(reader.text(reader.varint()));
  return names;
}

Layout read_layout(Reader& reader) {
  const char version = reader.text(1).front();
  if (version != kVersion && version != kVersionWithoutRates) damaged();
  Layout layout;
  layout.mounts = read_names(reader);
  layout.has_rates = version == kVersion;
  if (layout.has_rates) layout.containers = read_names(reader);
  return layout;
}

}  // namespace

std::int64_t ChunkShape::chunk_of(core::Time time) const {
  const std::int64_t position = time.time_since_epoch().count();
  const std::int64_t size = length().count();
  return position / size - (position % size < 0 ? 1 : 0);
}

ChunkShape shape_of(core::RollUpSpan span) {
  if (span == core::RollUpSpan::Hour) return {std::chrono::hours(1), 24};
  return {std::chrono::hours(24), 32};
}

std::string encode_roll_ups(const ChunkShape& shape, const std::vector<core::RollUp>& roll_ups) {
  const Layout layout{names_in(roll_ups, &core::RollUp::disks, kMostMounts),
                      names_in(roll_ups, &core::RollUp::container_use, kMostContainers), true};
  std::string bytes(1, kVersion);
  put_names(bytes, layout.mounts);
  put_names(bytes, layout.containers);
  std::vector<std::int64_t> last(layout.columns());
  for (const core::RollUp& roll_up : roll_ups) {
    const core::Time start = shape.start_of(shape.chunk_of(roll_up.start));
    put_varint(bytes, static_cast<std::uint64_t>((roll_up.start - start) / shape.point));
    put_columns(bytes, columns_of(roll_up, layout), last);
  }
  return bytes;
}

std::vector<core::RollUp> decode_roll_ups(const ChunkShape& shape, std::int64_t chunk, std::string_view bytes,
                                          core::RollUpParts parts) {
  Reader reader(bytes);
  const Layout layout = read_layout(reader);
  std::vector<std::int64_t> last(layout.columns());
  std::vector<Number> columns(last.size());
  std::vector<core::RollUp> roll_ups;
  while (!reader.at_end()) {
    const std::uint64_t place = reader.varint();
    if (place >= static_cast<std::uint64_t>(shape.points)) damaged();
    core::RollUp& roll_up = roll_ups.emplace_back();
    roll_up.start = shape.start_of(chunk) + shape.point * static_cast<std::int64_t>(place);
    read_columns(reader, last, columns);
    set_columns(roll_up, columns, layout, parts);
  }
  return roll_ups;
}

}  // namespace holdfast::store
