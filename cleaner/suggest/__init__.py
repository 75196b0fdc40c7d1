"""From a corpus to rules: lines that come back in many documents of one source, as drafts that nobody uses unread."""
