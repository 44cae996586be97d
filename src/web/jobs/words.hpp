#pragma once

#include <utility>

#include "core/jobs/job.hpp"
#include "jobs/view.hpp"

namespace holdfast::web {

constexpr views::OperationWords words_of(core::Operation operation) {
  switch (operation) {
    case core::Operation::Backup:
      return {
          .noun = "Backup",
          .inside = "backup",
          .doing = "Backing up",
          .finishing = "saving the snapshot",
          .if_cancelled =
              "No snapshot is created. Data already sent stays in the repository, and the next run continues from it.",
          .cancelled = "No snapshot was created. Data already sent is kept, and the next run continues from it.",
          .never_started = "It had not started, so nothing was backed up."};
  }
  std::unreachable();
}

}  // namespace holdfast::web
