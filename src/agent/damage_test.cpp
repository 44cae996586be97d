#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <utility>

#include "agent.hpp"
#include "enrolment/announce.hpp"
#include "quick_probes.hpp"
#include "runtime/files/files.hpp"
#include "runtime/secrets/crypto.hpp"
#include "test_hub.hpp"
#include "test_support.hpp"

// Whatever becomes of the files in the state directory, the agent neither hangs nor fails: it does without what is
// damaged, and goes on with the rest.
namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using test::job_id;
using namespace std::chrono_literals;

std::string content(const fs::path& path) {
  return runtime::read_file(path).value_or("");
}

void write(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

struct Damage {
  std::string name;
  std::function<void(const fs::path& file)> apply;
};

const std::vector<Damage> kDamages = {
    {"emptied", [](const fs::path& file) { write(file, ""); }},
    {"cut in half", [](const fs::path& file) { fs::resize_file(file, fs::file_size(file) / 2); }},
    {"zeroed", [](const fs::path& file) { write(file, std::string(content(file).size(), '\0')); }},
    {"removed", [](const fs::path& file) { fs::remove(file); }},
    {"unreadable", [](const fs::path& file) { ::chmod(file.c_str(), 0); }},
    {"a folder",
     [](const fs::path& file) {
       fs::remove(file);
       fs::create_directories(file / "x");
     }},
    {"a link that leads nowhere",
     [](const fs::path& file) {
       fs::remove(file);
       fs::create_symlink("nowhere", file);
     }},
    {"a link to itself",
     [](const fs::path& file) {
       fs::remove(file);
       fs::create_symlink(file.filename(), file);
     }},
};

class DamageTest : public testing::Test {
 protected:
  DamageTest() {
    fs::create_directory(folder_ / "sound");
    fs::create_directory(folder_ / "source");
    write(folder_ / "source" / "letter", "Dear Ana, …");
    make_sound_state(folder_ / "sound");
  }

  // A job that ran when the agent was killed, one that waits for another repository, two reports.
  void make_sound_state(const fs::path& state) {
    Ledger ledger(loop_, state / "ledger");
    JobLedger& ran = ledger.accept(test::command(1, folder_ / "repository", folder_ / "source"));
    ran.add(protocol::JobStarted{ran.job(), 0, {}});
    ran.add(protocol::LogStream{ran.job(), {{0, {}, core::LogLevel::Info, "line"}}});
    ran.set_process(ResticProcess{1 << 30, "never"});
    auto waits = test::command(2, folder_ / "other repository", folder_ / "source");
    waits.repository = test::kOtherRepository;
    ledger.accept(waits);
    ReportLedger reports(loop_, state / "reports");
    for (const int number : {1, 2}) reports.add(core::ReportId(job_id(number).text()), R"({"customer_id":"acme"})");
    write(state / "backups.json", R"({"last_run":"2026-01-02T03:04:05Z","last_status":"success"})");
    store_identity(state, {"http://127.0.0.1:9", "01J00000000000000000000H0S", "first bearer", ""});
    const auto key = runtime::make_signing_key();
    store_announcement(state, {"http://127.0.0.1:9", key.public_key, key.secret_key, "01J00000000000000000000ANN"});
  }

  void restore() {
    fs::remove_all(folder_ / "state");
    fs::copy(folder_ / "sound", folder_ / "state", fs::copy_options::recursive);
    ::chmod((folder_ / "state").c_str(), 0700);
  }

  // The same for one step of a walk that damages `file`: while that stays in one part of the state, only this part.
  void restore_around(const fs::path& file) {
    const fs::path part = *file.begin();
    if (std::exchange(damaged_part_, part) != part) return restore();
    const fs::path present = folder_ / "state" / part;
    fs::remove_all(present);
    fs::remove_all(present.string() + ".damaged");
    fs::copy(folder_ / "sound" / part, present, fs::copy_options::recursive);
  }

  // Relative to the state directory.
  std::vector<fs::path> files() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "sound")) {
      if (entry.is_regular_file()) found.push_back(fs::relative(entry.path(), folder_ / "sound"));
    }
    return found;
  }

  AgentOptions options() {
    AgentOptions options;
    options.identity = {"http://127.0.0.1:9", "01J00000000000000000000H0S", "first bearer", ""};
    options.run.restic = {"restic", folder_ / "cache", folder_ / "state" / "work"};
    options.run.flush_interval = 1ms;
    options.reporter.probes = test::quick_probes();
    options.connection.state_directory = folder_ / "state";
    options.connection.first_delay = options.connection.longest_delay = options.connection.refused_delay = 1ms;
    return options;
  }

  bool is_of_job(const fs::path& file, int job) { return file.string().contains(job_id(job).text()); }

  // The jobs that are not damaged are there.
  void expect_the_rest(const Ledger& ledger, const fs::path& damaged) {
    for (const int job : {1, 2}) {
      if (damaged.begin()->string() != "ledger" || !is_of_job(damaged, job)) {
        EXPECT_TRUE(ledger.jobs().contains(job_id(job))) << job;
      }
    }
  }

  // What reads files of the state directory.
  struct Readers {
    Readers(runtime::Loop& loop, const fs::path& state) : ledgers(loop, state), backups(state / "backups.json") {}
    Ledgers ledgers;
    OwnBackups backups;
  };

  // Constructs all that reads with the file as `apply` left it.
  void walk(const fs::path& file, const std::string& how, const std::function<void(const fs::path&)>& apply) {
    SCOPED_TRACE(file.string() + ": " + how);
    restore_around(file);
    apply(folder_ / "state" / file);
    expect_identity_is_there_or_a_sentence();
    EXPECT_NO_THROW(expect_the_rest(Readers(loop_, folder_ / "state").ledgers.jobs, file));
  }

  void expect_identity_is_there_or_a_sentence() {
    try {
      load_identity(folder_ / "state");
      load_announcement(folder_ / "state");
    } catch (const std::exception& error) {
      EXPECT_TRUE(std::string_view(error.what()).contains(".json")) << error.what();
    }
  }

  // Starts the agent with the state as it is; the waiting job is done where it is sound.
  void run_agent(const fs::path& damaged) {
    test::TestHub hub(loop_);
    hub.know(job_id(1), 2);
    hub.know(job_id(2), 0);
    auto with_hub = options();
    with_hub.identity.hub_url = hub.url();
    Agent agent(loop_, clock_, with_hub);
    agent.start();
    const bool is_sound = damaged.begin()->string() != "ledger" || !is_of_job(damaged, 2);
    const std::function<runtime::Task<>()> whole = [&]() -> runtime::Task<> {
      if (is_sound) co_await hub.until_finished(job_id(2));
      co_await hub.until([&hub] { return hub.hello.has_value(); });
      co_await agent.stop();
      co_await hub.stop();
    };
    test::run(loop_, whole);
    EXPECT_THAT(hub.faults, testing::IsEmpty());
    if (is_sound) {
      EXPECT_EQ(hub.job(job_id(2)).result->state, core::JobState::Succeeded);
    }
  }

  test::TemporaryDirectory folder_;
  fs::path damaged_part_;
  runtime::Loop loop_;
  runtime::SystemClock clock_;
};

TEST_F(DamageTest, EachFileCutAtEachLength) {
  for (const fs::path& file : files()) {
    const auto size = fs::file_size(folder_ / "sound" / file);
    for (std::uintmax_t length = 0; length < size; ++length) {
      walk(file, "cut at " + std::to_string(length), [=](const fs::path& path) { fs::resize_file(path, length); });
    }
  }
}

TEST_F(DamageTest, EachFileWithEachByteFlipped) {
  for (const fs::path& file : files()) {
    const std::string sound = content(folder_ / "sound" / file);
    for (std::size_t place = 0; place < sound.size(); ++place) {
      std::string flipped = sound;
      flipped[place] = static_cast<char>(flipped[place] ^ (1 << place % 8));
      walk(file, "flipped at " + std::to_string(place), [&](const fs::path& path) { write(path, flipped); });
    }
  }
}

TEST_F(DamageTest, EachFileReplaced) {
  for (const fs::path& file : files()) {
    for (const Damage& damage : kDamages) {
      walk(file, damage.name, damage.apply);
      expect_the_rest(Agent(loop_, clock_, options()).ledger(), file);
      damaged_part_.clear();  // an agent may write anywhere
    }
  }
}

TEST_F(DamageTest, FoldersThatAreFilesAreSetAside) {
  for (const char* folder : {"ledger", "reports", "work", "cache"}) {
    restore();
    fs::remove_all(folder_ / "state" / folder);
    write(folder_ / "state" / folder, "x");
    const Agent agent(loop_, clock_, options());
    if (folder != std::string("ledger")) {
      EXPECT_EQ(agent.ledger().jobs().size(), 2u) << folder;
    }
  }
}

TEST_F(DamageTest, ForeignAndHiddenFilesDoNoHarm) {
  restore();
  for (const char* folder : {"ledger", "reports", "work", "."}) {
    for (const char* name : {".hidden", "lost+found", "99999999-01J00000000000000000000REP.json"}) {
      fs::create_directories(folder_ / "state" / folder / name / "x");
    }
    write(folder_ / "state" / folder / job_id(77).text(), "a file named like a job");
    write(folder_ / "state" / folder / ("18446744073709551615-" + job_id(78).text() + ".json"), "{}");
  }
  fs::create_directories(folder_ / "state" / "ledger" / job_id(1).text() / ".hidden" / "x");
  const Agent agent(loop_, clock_, options());
  EXPECT_EQ(agent.ledger().jobs().size(), 2u);
  EXPECT_EQ(agent.reports().size(), 2u);
}

TEST_F(DamageTest, ADamagedJobIsSetAside) {
  const fs::path command = fs::path("ledger") / job_id(1).text() / "command.json";
  walk(command, "cut", [](const fs::path& path) { fs::resize_file(path, 100); });
  const fs::path aside = folder_ / "state" / "ledger" / (job_id(1).text() + ".damaged");
  EXPECT_EQ(fs::file_size(aside / "command.json"), 100u);
  EXPECT_FALSE(fs::exists(folder_ / "state" / "ledger" / job_id(1).text()));
}

TEST_F(DamageTest, TheOtherJobsAreDone) {
  for (const fs::path& file : files()) {
    SCOPED_TRACE(file.string());
    restore();
    fs::resize_file(folder_ / "state" / file, fs::file_size(folder_ / "sound" / file) / 2);
    run_agent(file);
  }
}

}  // namespace
}  // namespace holdfast::agent
