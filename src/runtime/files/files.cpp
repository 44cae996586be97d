#include "runtime/files/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "files/descriptor.hpp"
#include "runtime/files/exposure.hpp"

// What a crash leaves is decided by the order of the calls: content is synced before it gets its name, and a name
// lasts only once its folder is synced. A name that must be free is given by a hard link, as a rename would replace
// what is there. Errors of close() count: a full disk may tell of itself as late as that.
namespace holdfast::runtime {
namespace {

constexpr mode_t kPrivateFile = 0600;
constexpr mode_t kPrivateDirectory = 0700;

[[noreturn]] void fail(const std::string& doing, const std::filesystem::path& path) {
  throw std::system_error(errno, std::generic_category(), "cannot " + doing + " " + path.string());
}

void write_all(int descriptor, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno != EINTR) fail("write", path);
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
}

void sync_to_disk(int descriptor, const std::filesystem::path& path) {
  if (::fsync(descriptor) != 0) fail("sync", path);
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

// Makes the names in the folder of `path` durable.
void sync_folder_of(const std::filesystem::path& path) {
  const auto folder = folder_of(path);
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) fail("open", folder);
  sync_to_disk(opened.number(), folder);
}

// A hidden file beside the one it is to become; removed unless it got its final name.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& final_path)
      : path_(folder_of(final_path) / ("." + final_path.filename().string() + ".XXXXXX")),
        descriptor_(::mkostemp(path_.data(), O_CLOEXEC)) {
    if (!descriptor_) fail("make a temporary file beside", final_path);
  }
  ~TemporaryFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write(std::string_view content, Durability durability) {
    write_all(descriptor_.number(), content, path_);
    if (durability == Durability::Survives_power_loss) sync_to_disk(descriptor_.number(), path_);
    if (::close(descriptor_.release()) != 0) fail("write", path_);
  }

  void rename_over(const std::filesystem::path& final_path) {
    if (::rename(path_.c_str(), final_path.c_str()) != 0) fail("replace", final_path);
    path_.clear();
  }

  // False when `final_path` is there already.
  bool link_as(const std::filesystem::path& final_path) {
    if (::link(path_.c_str(), final_path.c_str()) == 0) return true;
    if (errno != EEXIST) fail("make", final_path);
    return false;
  }

 private:
  std::string path_;
  Descriptor descriptor_;
};

// Opens a file of ours, made when missing, and tells whether it was.
std::pair<Descriptor, bool> open_or_make(const std::filesystem::path& path, int flags) {
  Descriptor made(::open(path.c_str(), flags | O_CREAT | O_EXCL | O_CLOEXEC, kPrivateFile));
  if (made) return {std::move(made), true};
  if (errno != EEXIST) fail("make", path);
  Descriptor opened(::open(path.c_str(), flags | O_CLOEXEC));
  if (!opened) fail("open", path);
  return {std::move(opened), false};
}

}  // namespace

std::optional<std::string> read_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file && errno == ENOENT) return std::nullopt;
  if (!file) fail("open", path);
  std::string content;
  std::array<char, 16 * 1024> buffer;
  for (;;) {
    const ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
    if (count == 0) return content;
    if (count < 0 && errno != EINTR) fail("read", path);
    if (count > 0) content.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content, Durability durability) {
  TemporaryFile file(path);
  file.write(content, durability);
  file.rename_over(path);
  if (durability == Durability::Survives_power_loss) sync_folder_of(path);
}

bool create_file_atomically(const std::filesystem::path& path, std::string_view content) {
  TemporaryFile file(path);
  file.write(content, Durability::Survives_power_loss);
  if (!file.link_as(path)) return false;
  sync_folder_of(path);
  return true;
}

void make_private_directory(const std::filesystem::path& path) {
  const auto directory = path.has_filename() ? path : path.parent_path();
  if (directory.has_parent_path()) std::filesystem::create_directories(directory.parent_path());
  if (::mkdir(directory.c_str(), kPrivateDirectory) == 0) return;
  if (errno != EEXIST || !std::filesystem::is_directory(directory)) fail("make the folder", directory);
  refuse_exposed_folder(directory);
}

AppendFile::AppendFile(const std::filesystem::path& path) : path_(path), descriptor_(-1) {
  auto [file, made] = open_or_make(path, O_WRONLY | O_APPEND);
  if (made) sync_folder_of(path);
  descriptor_ = file.release();
}

AppendFile::~AppendFile() {
  Descriptor(descriptor_).reset();
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
  path_.swap(other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

void AppendFile::append(std::string_view record) {
  struct stat before{};
  if (::fstat(descriptor_, &before) != 0) fail("look at", path_);
  if (before.st_nlink == 0) {
    errno = ENOENT;
    fail("append to", path_);
  }
  try {
    write_all(descriptor_, record, path_);
  } catch (const std::system_error&) {
    // Half a record must not stay in front of the next one. If even this fails, the reader finds it incomplete.
    [[maybe_unused]] const int ignored = ::ftruncate(descriptor_, before.st_size);
    throw;
  }
}

void AppendFile::sync() {
  if (::fdatasync(descriptor_) != 0) fail("sync", path_);
}

std::optional<FileLock> FileLock::acquire(const std::filesystem::path& path) {
  auto [file, made] = open_or_make(path, O_RDWR);
  const auto folder_path = folder_of(path);
  Descriptor folder(::open(folder_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const bool is_locked = folder && ::flock(folder.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (is_locked) return std::nullopt;
  if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) return FileLock(file.release(), folder.release());
  if (errno != EWOULDBLOCK) fail("lock", path);
  return std::nullopt;
}

FileLock::~FileLock() {
  Descriptor(descriptor_).reset();
  Descriptor(folder_).reset();
}

FileLock::FileLock(FileLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), folder_(std::exchange(other.folder_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(folder_, other.folder_);
  return *this;
}

}  // namespace holdfast::runtime
