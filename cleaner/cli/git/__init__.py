"""``cleaner git``: diffs of sentences, and merges of clean texts, one file a command."""
