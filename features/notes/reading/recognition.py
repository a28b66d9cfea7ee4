"""Finds and recognises the lines of text on a page, whichever way up it lies.

The models come with RapidOCR: PP-OCRv6 small, for finding lines and for recognising them in Latin and many other
scripts. They are given by their paths, so that nothing is ever fetched.
"""

import math
import os
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr import RapidOCR

from features.notes.reading.spelling import Recognised, Word, on_page, words_of
from features.notes.reading.view import Picture, View, resized, straightened

Box = NDArray[np.float32]  # four corners: left top, right top, right bottom, left bottom

_DETECTION_SIDE = 1280  # lines are found on a smaller picture than they are recognised on
_INK = 40  # how much darker than paper ink is, of 255
_MARGIN = 48  # pixels
_STRIP = 4  # how much longer than wide a picture may be
_LONGEST_LINE = 150  # times its height; what is longer is a rule
_SAMPLE = 6
_LONG = 1.5  # a box this much wider than high, or higher than wide, tells which way the lines run
_SMALL = 22.0  # pixels a line is high at least, or it is enlarged
_GOOD = 36.0
_LARGEST_SIDE = 4000
_LEAST_SCORE = 0.3  # below that it is a stain, a signature or a rule
_LEAST_SCORE_OF_FEW = 0.6


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of a line: where its middle is, along and across the lines of the page, and what it says."""

    left: float
    right: float
    middle: float
    height: float
    text: str
    score: float
    words: tuple[Word, ...] = ()


def lines_of(page: Picture) -> list[Line]:
    """The pieces of lines on a page, in no order."""
    view = _widened(_trimmed(View(page)))
    view, boxes = _upright(*_large_enough(view, _detected(view.picture)))
    angle = _angle(boxes)
    height, width = page.shape[:2]
    found = []
    for box in boxes:
        said = _recognised(_cut(view.picture, box))
        if said.text and said.score >= (_LEAST_SCORE if len(said.text) > 2 else _LEAST_SCORE_OF_FEW):
            words = tuple(on_page(word, box, view, width, height) for word in said.words)
            found.append(_placed(box, angle, said, words))
    return found


@cache
def _engine() -> Any:
    models = files("rapidocr") / "models"
    threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
    cv2.setNumThreads(threads)
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,  # we turn whole pages, which is surer than turning each line
            "Global.text_score": 0.0,
            "Global.return_word_box": True,
            "Global.max_side_len": _LARGEST_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
            "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
        }
    )


def _asked(picture: Picture, *, use_det: bool, use_rec: bool) -> Any:
    """What the engine says of a picture; want of memory gets its own name, which the engine's errors lack."""
    try:
        return _engine()(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), use_det=use_det, use_cls=False, use_rec=use_rec)
    except Exception as error:
        if "alloc" in str(error):
            raise MemoryError from None
        raise


def _trimmed(view: View) -> View:
    """The page without its empty margins: on paper that is nearly all empty, a few words are not found."""
    step = 4
    coarse = resized(view.picture, 1 / step, cv2.INTER_AREA)
    rows, columns = np.nonzero(coarse < float(np.median(coarse)) - _INK)
    if not len(rows):
        return view
    top, bottom = max(0, int(rows.min()) * step - _MARGIN), (int(rows.max()) + 1) * step + _MARGIN
    left, right = max(0, int(columns.min()) * step - _MARGIN), (int(columns.max()) + 1) * step + _MARGIN
    return view.cut(left, top, right, bottom)


def _widened(view: View) -> View:
    """A strip with more paper around it: it would be enlarged by its short side, without bounds."""
    width, height = view.size
    least = math.ceil(max(height, width) / _STRIP)
    down, aside = max(0, least - height), max(0, least - width)
    if not down and not aside:
        return view
    return view.framed(down // 2, down - down // 2, aside, float(np.median(view.picture)))


def _detected(picture: Picture) -> list[Box]:
    """Where lines are, as boxes that follow their slant."""
    height, width = picture.shape[:2]
    factor = min(1.0, _DETECTION_SIDE / max(height, width))
    smaller = resized(picture, factor, cv2.INTER_AREA) if factor < 1 else picture
    boxes = _asked(smaller, use_det=True, use_rec=False).boxes
    return [] if boxes is None else [np.asarray(box, np.float32) / np.float32(factor) for box in boxes]


def _recognised(cut: Picture) -> Recognised:
    height, width = cut.shape[:2]
    if height < 4 or width < 4 or width > _LONGEST_LINE * height:
        return Recognised("", 0.0)
    found = _asked(cut, use_det=False, use_rec=True)
    if not found.txts:
        return Recognised("", 0.0)
    text = found.txts[0].strip()
    return Recognised(text, float(found.scores[0]), words_of(text, found.word_results[0]))


def _large_enough(view: View, boxes: list[Box]) -> tuple[View, list[Box]]:
    """The picture, enlarged where its lines are too small to be recognised well."""
    if not boxes:
        return view, boxes
    size = float(np.median([min(_size(box)) for box in boxes]))
    factor = min(_GOOD / size, _LARGEST_SIDE / max(view.size)) if size < _SMALL else 1.0
    if factor <= 1.1:
        return view, boxes
    return view.resized(factor, cv2.INTER_CUBIC), [box * np.float32(factor) for box in boxes]


def _upright(view: View, boxes: list[Box]) -> tuple[View, list[Box]]:
    """The page with its lines from left to right and their heads up."""
    along = sum(_size(box)[0] for box in boxes if _size(box)[0] > _LONG * _size(box)[1])
    across = sum(_size(box)[1] for box in boxes if _size(box)[1] > _LONG * _size(box)[0])
    if across > along:
        view = view.turned_left()
        boxes = _detected(view.picture)
    sample = sorted(boxes, key=lambda box: -_size(box)[0])[:_SAMPLE]
    cuts = [_cut(view.picture, box) for box in sample]
    ahead = sum(_recognised(cut).score for cut in cuts)
    if ahead < 0.9 * len(cuts):
        turned = sum(_recognised(np.ascontiguousarray(cut[::-1, ::-1])).score for cut in cuts)
        if turned > ahead:
            view = view.upside_down()
            boxes = _detected(view.picture)
    return view, boxes


def _size(box: Box) -> tuple[float, float]:
    """Its width and height."""
    return float(np.linalg.norm(box[0] - box[1])), float(np.linalg.norm(box[0] - box[3]))


def _cut(picture: Picture, box: Box) -> Picture:
    """The box alone, straightened."""
    return straightened(picture, box, *_size(box))


def _angle(boxes: list[Box]) -> float:
    """How far the lines run down to the right, in radians."""
    slants = [
        math.atan2(float(box[1][1] - box[0][1]), float(box[1][0] - box[0][0]))
        for box in boxes
        if _size(box)[0] > 4 * _size(box)[1]
    ]
    return float(np.median(slants)) if slants else 0.0


def _placed(box: Box, angle: float, said: Recognised, words: tuple[Word, ...]) -> Line:
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    corners = box @ turn.T
    return Line(
        left=float((corners[0][0] + corners[3][0]) / 2),
        right=float((corners[1][0] + corners[2][0]) / 2),
        middle=float(corners[:, 1].mean()),
        height=_size(box)[1],
        text=said.text,
        score=said.score,
        words=words,
    )
