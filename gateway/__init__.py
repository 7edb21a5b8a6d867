"""The box in a home: from the radio through a durable outbox to signed batches.
It keeps no series and judges nothing.
"""
