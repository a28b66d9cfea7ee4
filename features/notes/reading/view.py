"""A page as the recognition looks at it, cut, enlarged or turned, that knows where on the page each point of it is."""

import math
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Points = NDArray[np.float32]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class View:
    """A picture of a page or of a part of it."""

    picture: Picture
    back: Matrix = field(default_factory=lambda: np.eye(3))
    """From points of the picture to points of the page, in pixels of each."""

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height."""
        height, width = self.picture.shape[:2]
        return width, height

    def cut(self, left: int, top: int, right: int, bottom: int) -> "View":
        """A part of it."""
        inner = np.ascontiguousarray(self.picture[top:bottom, left:right])
        return View(inner, self.back @ _moved(left, top))

    def framed(self, top: int, bottom: int, right: int, shade: float) -> "View":
        """With a margin around it."""
        framed = cv2.copyMakeBorder(self.picture, top, bottom, 0, right, cv2.BORDER_CONSTANT, value=shade)
        return View(framed.astype(np.uint8, copy=False), self.back @ _moved(0, -top))

    def resized(self, factor: float, how: int) -> "View":
        """Larger or smaller."""
        return View(resized(self.picture, factor, how), self.back @ np.diag([1 / factor, 1 / factor, 1.0]))

    def turned_left(self) -> "View":
        """Turned by a quarter, against the clock."""
        back = np.array([[0.0, -1.0, self.size[0]], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
        return View(np.ascontiguousarray(np.rot90(self.picture)), self.back @ back)

    def upside_down(self) -> "View":
        """Turned by a half."""
        width, height = self.size
        back = np.array([[-1.0, 0.0, width], [0.0, -1.0, height], [0.0, 0.0, 1.0]])
        return View(np.ascontiguousarray(self.picture[::-1, ::-1]), self.back @ back)

    def on_page(self, points: Points) -> Points:
        """Where on the page these points are."""
        return (points @ self.back[:2, :2].T + self.back[:2, 2]).astype(np.float32)


def resized(picture: Picture, factor: float, how: int) -> Picture:
    """A picture, larger or smaller."""
    size = [max(1, round(side * factor)) for side in picture.shape[1::-1]]
    return cv2.resize(picture, size, interpolation=how).astype(np.uint8, copy=False)


def straightened(picture: Picture, box: Points, width: float, height: float) -> Picture:
    """What is in a slanted box, as a picture of its own."""
    across, down = max(1, math.ceil(width)), max(1, math.ceil(height))
    corners = np.array([[0, 0], [across, 0], [across, down], [0, down]], np.float32)
    matrix = cv2.getPerspectiveTransform(box, corners)
    return cv2.warpPerspective(
        picture, matrix, (across, down), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.uint8, copy=False)


def _moved(across: float, down: float) -> Matrix:
    return np.array([[1.0, 0.0, across], [0.0, 1.0, down], [0.0, 0.0, 1.0]])
