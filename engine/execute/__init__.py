"""The plan of a run, and the executors that carry it out."""
