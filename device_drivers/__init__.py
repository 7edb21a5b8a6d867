"""What meters say: measurements, decoders, conversations and the wire contract.
Nothing here waits or does I/O.
"""
