"""What the machine is run on."""

from __future__ import annotations


def on_battery() -> bool:
    """Whether the machine runs on its battery; False where it has none, or the system does not tell."""
    import psutil

    read = getattr(psutil, "sensors_battery", None)  # not every system has it
    try:
        battery = read() if read is not None else None
    except (OSError, ValueError):  # a driver that says nonsense says nothing
        return False
    return battery is not None and battery.power_plugged is False
