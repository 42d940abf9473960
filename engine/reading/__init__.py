"""Reading a run back: its datasets behind their gates, arrivals in a stream, and SQL."""
