"""Writers: from results to what stands on a disk. They know no rule."""
