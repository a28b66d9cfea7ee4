"""What somebody is like: sex, age, height, weight and conditions."""

from bisect import bisect_right
from math import exp
from statistics import NormalDist

from features.loading.deterministic_choice import spread

SEXES = spread([("female", 510), ("male", 472), ("unknown", 12), ("other", 6)])

# Five-year bands from 0 to 104, as a hospital sees them: newborns, then the ageing.
_AGE_WEIGHTS = (60, 36, 36, 42, 54, 64, 70, 68, 63, 60, 65, 68, 65, 60, 58, 50, 36, 22, 9, 3, 1)
AGES = spread((band * 5 + year, weight) for band, weight in enumerate(_AGE_WEIGHTS) for year in range(5))

# Standard scores from -3.7 to 3.7: how far from the median a body is.
_SCORES = tuple(NormalDist().inv_cdf((step + 0.5) / 4096) for step in range(4096))
# Median body-mass index 26.9 with the long upper tail of British adults, cut where data entry would be doubted.
_ADULT_BMI = tuple(min(max(26.9 * exp(0.18 * score), 16.1), 44.9) for score in _SCORES)
# Median height and body-mass index at every birthday from birth to 18, after the WHO growth references, rounded.
_CHILD_HEIGHT = (
    (49, 74, 86, 95, 102, 109, 115, 121, 127, 133, 139, 145, 151, 156, 160, 162, 162, 163, 163),
    (50, 76, 88, 96, 103, 110, 116, 122, 128, 133, 138, 143, 149, 156, 163, 169, 173, 175, 176),
)
_CHILD_BMI = tuple(
    tenths / 10
    for tenths in (134, 170, 162, 157, 154, 153, 154, 156, 159, 163, 168, 174, 180, 187, 194, 201, 208, 214, 220)
)

# How often a condition comes up, by age: under 10, under 18, under 40, under 60, under 75, older; then who can have it,
# if not everybody.
_CONDITION_WEIGHTS: tuple[tuple[str, tuple[int, int, int, int, int, int], str | None], ...] = (
    ("asthma", (30, 34, 22, 14, 10, 8), None),
    ("eczema", (30, 16, 10, 6, 4, 4), None),
    ("food allergy", (14, 10, 4, 2, 1, 1), None),
    ("epilepsy", (5, 6, 4, 3, 3, 3), None),
    ("type 1 diabetes", (3, 8, 4, 3, 2, 1), None),
    ("recurrent ear infections", (16, 3, 0, 0, 0, 0), None),
    ("attention deficit hyperactivity disorder", (4, 12, 6, 2, 0, 0), None),
    ("anxiety", (0, 12, 24, 18, 10, 7), None),
    ("depression", (0, 8, 22, 20, 12, 10), None),
    ("migraine", (0, 8, 14, 10, 4, 2), None),
    ("iron deficiency anaemia", (2, 5, 8, 6, 5, 8), None),
    ("hypothyroidism", (0, 1, 5, 10, 12, 13), None),
    ("chronic pain", (0, 1, 8, 18, 22, 26), None),
    ("hypertension", (0, 0, 5, 32, 54, 62), None),
    ("type 2 diabetes", (0, 0, 4, 16, 26, 26), None),
    ("high cholesterol", (0, 0, 3, 18, 28, 24), None),
    ("gastro-oesophageal reflux", (0, 1, 6, 12, 13, 12), None),
    ("irritable bowel syndrome", (0, 1, 9, 8, 4, 2), None),
    ("osteoarthritis", (0, 0, 1, 12, 30, 42), None),
    ("rheumatoid arthritis", (0, 0, 2, 5, 6, 5), None),
    ("psoriasis", (0, 2, 5, 5, 4, 3), None),
    ("sleep apnoea", (0, 0, 2, 7, 7, 4), None),
    ("multiple sclerosis", (0, 0, 2, 3, 2, 1), None),
    ("COPD", (0, 0, 0, 6, 16, 18), None),
    ("coronary heart disease", (0, 0, 0, 7, 18, 24), None),
    ("atrial fibrillation", (0, 0, 0, 3, 14, 28), None),
    ("heart failure", (0, 0, 0, 2, 8, 18), None),
    ("chronic kidney disease", (0, 0, 1, 4, 14, 28), None),
    ("previous stroke", (0, 0, 0, 2, 7, 14), None),
    ("gout", (0, 0, 1, 5, 7, 7), None),
    ("glaucoma", (0, 0, 0, 2, 6, 10), None),
    ("hearing loss", (1, 1, 1, 4, 12, 24), None),
    ("cataract", (0, 0, 0, 1, 8, 16), None),
    ("dementia", (0, 0, 0, 0, 4, 22), None),
    ("Parkinson’s disease", (0, 0, 0, 1, 3, 5), None),
    ("osteoporosis", (0, 0, 0, 3, 12, 20), "female"),
    ("endometriosis", (0, 1, 8, 6, 0, 0), "female"),
    ("polycystic ovary syndrome", (0, 2, 8, 3, 0, 0), "female"),
    ("breast cancer", (0, 0, 1, 6, 8, 7), "female"),
    ("enlarged prostate", (0, 0, 0, 6, 20, 28), "male"),
    ("prostate cancer", (0, 0, 0, 2, 10, 12), "male"),
)
_CONDITION_AGES = (10, 18, 40, 60, 75)
_CONDITIONS = {
    sex: tuple(
        spread((name, weights[band]) for name, weights, only in _CONDITION_WEIGHTS if only in {None, sex})
        for band in range(6)
    )
    for sex in set(SEXES)
}
# Of a hundred people in each age group, how many have none, one, two, ... of them.
_HOW_MANY = tuple(
    spread(enumerate(shares))
    for shares in (
        (88, 10, 2),
        (80, 16, 4),
        (66, 22, 9, 3),
        (42, 27, 17, 9, 5),
        (22, 26, 23, 16, 9, 4),
        (10, 20, 25, 21, 14, 10),
    )
)


def body(sex: str, age: float, gap: int, tall: int, heavy: int) -> tuple[float | None, float | None]:
    """Return height in cm and weight in kg, each missing for one patient in ten, mostly together."""
    if gap < 4600:
        return None, None
    score = _SCORES[tall >> 4]
    if age >= 18:
        height = 162.5 + 6.4 * score if sex == "female" else 176 + 6.9 * score if sex == "male" else 169 + 8.5 * score
        if age > 50:
            # About a centimetre is lost in ten years from fifty on.
            height -= (age - 50) * 0.1
        index = _ADULT_BMI[heavy >> 4]
    else:
        year = int(age)
        medians = _CHILD_HEIGHT[1 if sex == "male" else 0]
        # Growth is fastest after birth: half of the first year's happens in four months.
        part = age**0.6 if year == 0 else age - year
        height = (medians[year] + part * (medians[year + 1] - medians[year])) * (1 + 0.042 * score)
        index = _CHILD_BMI[year] + part * (_CHILD_BMI[year + 1] - _CHILD_BMI[year])
        index *= 1 + (0.06 + 0.005 * age) * _SCORES[heavy >> 4]
    # One decimal; four times as fast as round().
    weight = None if 6550 <= gap < 8500 else int(index * height * height / 1000 + 0.5) / 10
    return None if gap < 6550 else int(height * 10 + 0.5) / 10, weight


def conditions(sex: str, age: float, draws: tuple[int, ...]) -> list[str]:
    """Return what somebody of this sex and age lives with, often nothing."""
    band = bisect_right(_CONDITION_AGES, age)
    wanted = _HOW_MANY[band][draws[0] >> 4]
    if not wanted:
        return []
    table = _CONDITIONS[sex][band]
    if wanted == 1:
        return [table[draws[1] >> 4]]
    # Drawn twice, a condition counts once.
    return list(dict.fromkeys([table[draw >> 4] for draw in draws[1 : 1 + wanted]]))
