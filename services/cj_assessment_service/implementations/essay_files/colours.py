"""Whether letters can be seen on their background."""

import re
from dataclasses import dataclass
from typing import Final

_HEX = re.compile(r"#?([0-9A-Fa-f]{6})")
_HARDLY_DIFFERENT = 16
"""Of 255, in every channel: what no reader tells apart on paper or screen."""

SMALLEST_POINTS = 2.0
"""Letters up to this size are a line of dust."""


@dataclass(frozen=True, slots=True)
class Colour:
    """Red, green and blue, 0 to 255 each."""

    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, text: str | None) -> "Colour | None":
        """None for anything but six hexadecimal digits, such as `auto`."""
        found = _HEX.fullmatch(text or "")
        return cls(*bytes.fromhex(found[1])) if found is not None else None

    def vanishes_on(self, background: "Colour") -> bool:
        channels = (
            (self.red, background.red),
            (self.green, background.green),
            (self.blue, background.blue),
        )
        return all(abs(one - other) <= _HARDLY_DIFFERENT for one, other in channels)


WHITE: Final = Colour(255, 255, 255)
