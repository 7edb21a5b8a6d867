"""Scenarios played in one process: simulated meters, the real gateway, the real doors of ingest."""
