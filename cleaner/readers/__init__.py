"""Readers: from what stands on a disk or comes in by a pipe to documents. They know no rule."""
