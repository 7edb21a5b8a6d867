"""Meters that exist only on a virtual air, written from the specifications.
Shares no code with the drivers it tests.
"""
