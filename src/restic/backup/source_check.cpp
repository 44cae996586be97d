#include "restic/backup/source_check.hpp"

#include <algorithm>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <span>

#include "restic/backup/backup.hpp"
#include "runtime/async/errand.hpp"

// A look at a dead network folder may never return, and its thread cannot be ended. A question for which nobody
// waits any longer is remembered by its path, so that later looks at that path send no further thread there.
namespace holdfast::restic {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kAtOnce = 16;

struct Question {
  const std::string path;
  std::optional<SourceLook> answer;
  bool is_late = false;  // nobody waits for the answer any longer
};

}  // namespace

// What the loop and the threads share. The mutex guards the questions too.
class SourceQuestions {
 public:
  explicit SourceQuestions(SourceCheck::Look look) : look_(std::move(look)) {}

  // Answered at once when a thread is still at an earlier question about the same path.
  std::shared_ptr<Question> make(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto known = late_.contains(path) ? std::optional(SourceLook{}) : std::nullopt;
    return std::make_shared<Question>(path, known);
  }

  // On a thread, which may stay here for ever.
  void answer(Question& question) {
    auto found = look_(question.path);
    const std::lock_guard lock(mutex_);
    question.answer = std::move(found);
    if (question.is_late) late_.erase(late_.find(question.path));
  }

  bool is_answered(const Question& question) {
    const std::lock_guard lock(mutex_);
    return question.answer.has_value();
  }

  SourceLook close(Question& question) {
    const std::lock_guard lock(mutex_);
    if (question.answer) return *question.answer;
    question.is_late = true;
    late_.insert(question.path);
    return {};
  }

 private:
  const SourceCheck::Look look_;
  std::mutex mutex_;
  std::multiset<std::string> late_;  // paths of late questions without an answer
};

namespace {

// Asks about a few paths at once and waits for the answers.
class Round {
 public:
  Round(runtime::Loop& loop, std::shared_ptr<SourceQuestions> questions, std::span<const std::string> paths,
        Cancellation& cancellation)
      : questions_(std::move(questions)), cancellation_(cancellation), changed_(loop) {
    cancellation_.on_request([this] { changed_.notify_all(); });
    for (const auto& path : paths) ask(loop, path);
  }
  ~Round() { cancellation_.on_request(nullptr); }
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;

  runtime::Task<> wait(std::chrono::milliseconds limit) {
    const auto end = Steady::now() + limit;
    for (auto now = Steady::now(); now < end && !is_over(); now = Steady::now()) co_await changed_.wait_for(end - now);
  }

  void close(std::vector<SourceLook>& looks) {
    for (const auto& question : asked_) looks.push_back(questions_->close(*question));
  }

 private:
  void ask(runtime::Loop& loop, const std::string& path) {
    const auto question = asked_.emplace_back(questions_->make(path));
    if (question->answer) return;
    errands_.emplace_back(
        loop, "source check", [questions = questions_, question] { questions->answer(*question); },
        [this] { changed_.notify_all(); });
  }

  bool is_over() {
    return cancellation_.requested() ||
           std::ranges::all_of(asked_, [this](const auto& question) { return questions_->is_answered(*question); });
  }

  const std::shared_ptr<SourceQuestions> questions_;
  Cancellation& cancellation_;
  runtime::Signal changed_;
  std::vector<std::shared_ptr<Question>> asked_;
  std::list<runtime::Errand> errands_;
};

}  // namespace

SourceCheck::SourceCheck() : SourceCheck(look_at_source) {}

SourceCheck::SourceCheck(Look look) : questions_(std::make_shared<SourceQuestions>(std::move(look))) {}

runtime::Task<std::vector<SourceLook>> SourceCheck::look(runtime::Loop& loop, std::vector<std::string> paths,
                                                         Cancellation& cancellation) const {
  std::vector<SourceLook> looks;
  for (std::span<const std::string> rest = paths; !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), kAtOnce));
    rest = rest.subspan(some.size());
    Round round(loop, questions_, some, cancellation);
    co_await round.wait(limit);
    round.close(looks);
  }
  co_return looks;
}

}  // namespace holdfast::restic
