"""The front door: command line, demo and benches.
Stands above all other packages and is imported by none.
"""
