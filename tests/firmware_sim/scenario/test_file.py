"""What a scenario file may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware_sim.plan import Kind
from firmware_sim.scenario.file import Fault, ScenarioError, parse, read, shipped

EVERY_KEY = """
name = "A home in trouble"
seed = 7
homes = 2
meters = ["blood_pressure", "glucose"]
seconds = 600
every_s = 120
sitting = 2
apart_s = 60
factor = 600

[[faults]]
fault = "radio_loss"
meters = ["glucose"]
share = 0.25
"""


def test_every_key_of_a_file_is_read() -> None:
    trial = parse(EVERY_KEY)

    assert (trial.seed, trial.homes, trial.factor) == (7, 2, 600)
    assert trial.faults[0].fault is Fault.RADIO_LOSS
    assert trial.faults[0].meters == (Kind.GLUCOSE,)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "name"),
        ('name = ""', "name"),
        ('name = "x"\nsurprise = 1', "surprise"),
        ('name = "x"\nhomes = 0', "homes"),
        ('name = "x"\nseconds = -1', "seconds"),
        ('name = "x"\nmeters = []', "meters is empty"),
        ('name = "x"\nevery_s = 30', "longer than every_s"),
        ('name = "x"\n[[faults]]\nfault = "gremlins"', "gremlins"),
        ('name = "x"\n[[faults]]\nfault = "nan"\nshare = 0', "share"),
        ('name = "x"\n[[faults]]\nfault = "nan"\n[[faults]]\nfault = "nan"', "twice"),
        ('name = "x"\nmeters = ["blood_pressure"]\n[[faults]]\nfault = "ketone"', "none of the meters"),
        ("name = ", "Invalid value"),
    ],
)
def test_a_file_that_cannot_be_played_says_why(text: str, reason: str) -> None:
    with pytest.raises(ScenarioError, match=reason):
        parse(text)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"gone\.toml"):
        read(tmp_path / "gone.toml")


@pytest.mark.parametrize("fault", list(Fault))
def test_for_each_fault_a_scenario_is_shipped(fault: Fault) -> None:
    assert shipped()[fault].of(fault) is not None


def test_scenarios_of_another_name_or_seed_have_another_tag() -> None:
    tags = {parse(f'name = "{name}"\nseed = {seed}').tag for name in ("a", "b") for seed in range(50)}

    assert len(tags) == 100
