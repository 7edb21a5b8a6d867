"""The cloud's door: accepts, stores, accounts and receipts what gateways send.
It judges nothing clinical.
"""
