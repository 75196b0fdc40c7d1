"""Corpora of records: chunks in, cleaned chunks out, in order, over all cores, and taken up again after a kill."""
