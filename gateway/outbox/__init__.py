"""The gateway's durable memory: frames, readings and sealed batches in one SQLite file. It sends nothing."""
