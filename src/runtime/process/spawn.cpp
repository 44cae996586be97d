#include "process/spawn.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "process/pidfd.hpp"

// By posix_spawn, so that no code of ours runs between fork and exec in a program with threads. The child gets
// nothing by accident: no descriptor but three, no signal blocked or ignored, no variable that the caller did not
// write.
namespace holdfast::runtime {
namespace {

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

void check(int error, const char* what) {
  if (error != 0) fail(error, what);
}

// Which descriptors the child has, and where it runs.
class FileActions {
 public:
  FileActions() { check(::posix_spawn_file_actions_init(&actions_), "posix_spawn_file_actions_init"); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  void open_null(int target) {
    check(::posix_spawn_file_actions_addopen(&actions_, target, "/dev/null", O_RDONLY, 0), "addopen");
  }
  void duplicate(const Descriptor& source, int target) {
    check(::posix_spawn_file_actions_adddup2(&actions_, source.number(), target), "adddup2");
  }
  void close_from(int first) { check(::posix_spawn_file_actions_addclosefrom_np(&actions_, first), "addclosefrom"); }
  void change_directory(const std::filesystem::path& directory) {
    check(::posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str()), "addchdir");
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

// A group of its own, no signal blocked, none ignored.
class Attributes {
 public:
  Attributes() {
    check(::posix_spawnattr_init(&attributes_), "posix_spawnattr_init");
    constexpr short kFlags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setflags(&attributes_, kFlags);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail(errno, "cannot make a pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// Strings as exec wants them: pointers, and a null at the end.
std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_entries(const Command& command) {
  std::vector<std::string> entries;
  for (const auto& [name, value] : command.environment) entries.push_back(name + "=" + value);
  return entries;
}

// exec would silently cut a string at a NUL, and the child would get something else than was meant.
void refuse_nul(const std::vector<std::string>& strings, const std::string& program) {
  const auto has_nul = [](const std::string& string) { return string.find('\0') != std::string::npos; };
  if (std::ranges::any_of(strings, has_nul)) fail(EINVAL, "cannot start " + program + " with a NUL in its arguments");
}

bool is_executable_file(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

// Where PATH has the program. Relative entries of PATH are passed over.
std::string find_program(const Command& command) {
  const std::string& name = command.arguments.at(0);
  if (name.find('/') != std::string::npos) return name;
  const auto variable = command.environment.find("PATH");
  std::string_view rest = variable == command.environment.end() ? "/usr/bin:/bin" : std::string_view(variable->second);
  while (!rest.empty()) {
    const std::string_view folder = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
    const std::string candidate = std::string(folder) + "/" + name;
    if (folder.starts_with('/') && is_executable_file(candidate)) return candidate;
  }
  fail(ENOENT, "cannot start " + name);
}

pid_t spawn_process(const Command& command, const FileActions& actions) {
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = environment_entries(command);
  refuse_nul(arguments, command.arguments.at(0));
  refuse_nul(environment, command.arguments.at(0));
  const std::string program = find_program(command);
  const Attributes attributes;
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, program.c_str(), actions.get(), attributes.get(), pointers_to(arguments).data(),
                                  pointers_to(environment).data());
  if (error != 0) fail(error, "cannot start " + program + " in " + command.directory.string());
  return pid;
}

Descriptor open_process(pid_t pid) {
  Descriptor process(::pidfd_open(pid, 0));
  if (process) return process;
  const int error = errno;
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  fail(error, "cannot watch a child process");
}

}  // namespace

Spawned spawn(const Command& command) {
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  FileActions actions;
  actions.open_null(STDIN_FILENO);
  actions.duplicate(out.write_end, STDOUT_FILENO);
  actions.duplicate(err.write_end, STDERR_FILENO);
  actions.close_from(STDERR_FILENO + 1);
  actions.change_directory(command.directory);
  const pid_t pid = spawn_process(command, actions);
  return {pid, open_process(pid), std::move(out.read_end), std::move(err.read_end)};
}

}  // namespace holdfast::runtime
