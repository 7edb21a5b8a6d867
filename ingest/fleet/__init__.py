"""Gateways, meters and homes: who may speak, how they are, and why one is silent."""
