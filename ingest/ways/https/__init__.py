"""The door for gateways that reach no broker: the same batches and receipts over HTTPS."""
