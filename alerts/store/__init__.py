"""Where the engine reads and writes. Judges nothing and never commits."""
