"""The automated review of a report: reviewers, their agreement, and what they hold it against."""
