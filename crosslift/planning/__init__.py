"""What a study costs before it runs: jobs, memory, time, disk, downloads."""
