"""Looking through what a run removed: the data behind the page, the page, its server, and what is decided there."""
