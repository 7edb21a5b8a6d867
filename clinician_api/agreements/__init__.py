"""The agreement of a contract: its text by version, its PDF, its seal and its check. Decides no contract."""
