"""Decoders and conversations of the Bluetooth profiles, one file for each thing a meter can say."""
