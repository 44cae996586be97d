#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

// Files that hold secrets and state: private, and either wholly old or wholly new after a crash.
// All of these throw std::system_error when the file system fails.
namespace holdfast::runtime {

// The whole content, or nothing when there is no such file.
std::optional<std::string> read_file(const std::filesystem::path& path);

enum class Durability { Survives_crash, Survives_power_loss };

// Replaces `path` in one step (temporary file in the same folder, rename), mode 0600; with Survives_power_loss also
// synced, file and folder. A crash may leave the temporary file behind; its name begins with a dot.
void write_file_atomically(const std::filesystem::path& path, std::string_view content,
                           Durability durability = Durability::Survives_power_loss);

// The same for a file that must not be there yet, durable: false, and nothing changed, when it is.
bool create_file_atomically(const std::filesystem::path& path, std::string_view content);

// Makes `path` and its parents where missing; the last one gets mode 0700. One that is there already keeps its mode,
// and is refused (std::runtime_error) where others may write to it or it is theirs.
void make_private_directory(const std::filesystem::path& path);

// Appends whole records to a file of mode 0600, made when missing. One writer.
class AppendFile {
 public:
  explicit AppendFile(const std::filesystem::path& path);
  ~AppendFile();
  AppendFile(AppendFile&&) noexcept;
  AppendFile& operator=(AppendFile&&) noexcept;

  // In the page cache on return: survives the death of this process. On failure nothing of the record stays. A file
  // that was removed meanwhile is a failure.
  void append(std::string_view record);
  // On disk on return: survives power loss.
  void sync();

 private:
  std::filesystem::path path_;
  int descriptor_;
};

// Holds an exclusive lock on a file (made when missing) for as long as it lives, so that two processes never share
// one data folder. `acquire` gives nothing when another process holds it. The folder of the file is locked as well,
// where the file system can: who removes the file does not let a second one in.
class FileLock {
 public:
  static std::optional<FileLock> acquire(const std::filesystem::path& path);
  ~FileLock();
  FileLock(FileLock&&) noexcept;
  FileLock& operator=(FileLock&&) noexcept;

 private:
  FileLock(int descriptor, int folder) : descriptor_(descriptor), folder_(folder) {}
  int descriptor_;
  int folder_;
};

}  // namespace holdfast::runtime
