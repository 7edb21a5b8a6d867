"""`hearthline decode`: one raw value, or a stream of them, as JSON. Decides nothing about their meaning."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer

from device_drivers.reader import DecodeError
from hearthline import decoding
from hearthline.commands import command_app
from hearthline.output import answer, fail, tell
from hearthline.printing import Fields

app = command_app("decode")


@app.command()
def decode(
    characteristic: Annotated[
        str | None, typer.Argument(help="Four digits such as 2A35, or SFLOAT or FLOAT for a bare number.")
    ] = None,
    value: Annotated[str | None, typer.Argument(metavar="HEX", help="The bytes in the order sent.")] = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="Read `CHARACTERISTIC HEX` lines from stdin, answer each by one.")
    ] = False,
) -> None:
    """Decode a raw value that a meter sent."""
    if lines:
        if characteristic is not None:
            raise typer.BadParameter("--lines takes its values from stdin")
        _answer_lines()
    elif characteristic is None or value is None:
        raise typer.BadParameter("CHARACTERISTIC and HEX are needed, or --lines")
    else:
        _answer_one(characteristic, value)


def _answer_one(characteristic: str, value: str) -> None:
    try:
        decoded = decoding.decode(characteristic, decoding.from_hex(value))
    except DecodeError as error:
        fail(f"{characteristic} {error}")
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    answer(decoded.fields)
    for note in decoded.notes:
        tell(f"note: {note}")


def _answer_lines() -> None:
    encode = msgspec.json.Encoder().encode
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(encode(_of_line(line)) + b"\n")


def _of_line(line: bytes) -> Fields:
    try:
        characteristic, value = decoding.from_line(line)
        return decoding.decode(characteristic, value).fields
    except ValueError as error:
        return {"error": str(error)}
