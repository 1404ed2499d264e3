"""Grade colours: one ramp for each theme, warm for the lowest grade to blue for the highest.

Lightness moves in one direction along a ramp, so the order survives colour blindness and grey prints; every step keeps
a contrast of at least 3 to 1 against its theme's surface (WCAG 2.2, 1.4.11).
"""

from dataclasses import dataclass

_LIGHT_STOPS = ((0xD2, 0x71, 0x1E), (0xB8, 0x3E, 0x62), (0x6B, 0x3F, 0xA8), (0x1B, 0x2F, 0x78))
_DARK_STOPS = ((0xB9, 0x62, 0x2A), (0xD0, 0x6A, 0x8F), (0xB3, 0x98, 0xEE), (0xCF, 0xE0, 0xFF))


@dataclass(frozen=True, slots=True)
class GradeColours:
    """CSS colours from the lowest grade to the highest."""

    light: tuple[str, ...]
    dark: tuple[str, ...]


def grade_colours(count: int) -> GradeColours:
    return GradeColours(_ramp(_LIGHT_STOPS, count), _ramp(_DARK_STOPS, count))


def _ramp(stops: tuple[tuple[int, int, int], ...], count: int) -> tuple[str, ...]:
    """`count` colours evenly along the straight lines between the stops."""
    last = len(stops) - 1
    places = [step * last / max(count - 1, 1) for step in range(count)]
    return tuple(_between(stops, place) for place in places)


def _between(stops: tuple[tuple[int, int, int], ...], place: float) -> str:
    index = min(int(place), len(stops) - 2)
    share = place - index
    mixed = (
        round(low + (high - low) * share) for low, high in zip(stops[index], stops[index + 1], strict=True)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
