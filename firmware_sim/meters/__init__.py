"""The meters themselves: real GATT servers, each with its own memory as the witness of what it took."""
