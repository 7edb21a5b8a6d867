"""PostgreSQL: what ingest writes and reads there. Decides nothing; the pure modules above do."""
