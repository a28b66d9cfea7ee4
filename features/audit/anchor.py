"""Anchors: the seal of a link, as somebody outside the house keeps it."""

from dataclasses import dataclass

from features.audit.chain import FIRST_PREVIOUS


@dataclass(frozen=True, slots=True)
class Anchor:
    """The seal of a link, as it was kept elsewhere."""

    number: int
    seal: bytes

    @classmethod
    def parse(cls, written: str) -> "Anchor":
        """An anchor as `rounds audit anchor` prints it: `<number>:<seal>`.

        Raises:
            ValueError: when it is not one.
        """
        number, _, seal = written.strip().partition(":")
        digest = bytes.fromhex(seal)
        if not number.isascii() or not number.isdigit() or len(digest) != len(FIRST_PREVIOUS):
            raise ValueError(written)
        return cls(int(number), digest)

    def __str__(self) -> str:
        return f"{self.number}:{self.seal.hex()}"
