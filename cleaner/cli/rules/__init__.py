"""``cleaner rules …``: commands over the rules themselves, one file each."""
