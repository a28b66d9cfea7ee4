"""What the mistakes that pydantic finds are called here, by its error types.

Said more plainly than in pydantic's own templates, and without what those splice in: plural endings, and explanations
of its parsers in English that no catalogue could translate.
"""

from rounds.i18n import N_

_MOMENT = N_("Write the moment as RFC 3339 with an offset, for example 2025-03-01T09:30:00Z.")
_DAY = N_("Write the date as YYYY-MM-DD.")
_TOO_SHORT = N_("Too short: the minimum length is {min_length}.")
_TOO_LONG = N_("Too long: the maximum length is {max_length}.")
_ADDRESS = N_("Write the whole address, for example https://example.org.")
_ID = N_("This is not an id; ids are UUIDs.")
_CHOICE = N_("Choose one of {expected}.")
_TIME = N_("Write the time as HH:MM, for example 09:30.")
_OBJECT = N_("This must be a JSON object.")
WORDING: dict[str, str] = {
    "json_invalid": N_("This is not valid JSON."),
    "missing": N_("This field is required."),
    "extra_forbidden": N_("There is no field of this name here. Remove it or check its spelling."),
    "unknown_parameter": N_("There is no parameter of this name here. Remove it or check its spelling."),
    "value_error": N_("This value is not acceptable."),
    "string_too_short": _TOO_SHORT,
    "string_too_long": _TOO_LONG,
    "bytes_too_short": _TOO_SHORT,
    "bytes_too_long": _TOO_LONG,
    "url_too_long": _TOO_LONG,
    "too_short": _TOO_SHORT,
    "too_long": _TOO_LONG,
    "decimal_max_digits": N_("Too many digits: the maximum is {max_digits}."),
    "decimal_max_places": N_("Too many decimal places: the maximum is {decimal_places}."),
    "decimal_whole_digits": N_("Too many digits before the decimal point: the maximum is {whole_digits}."),
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "list_type": N_("This must be a JSON array."),
    "literal_error": _CHOICE,
    "enum": _CHOICE,
    "uuid_type": _ID,
    "uuid_parsing": _ID,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
    "timezone_aware": _MOMENT,
    "time_type": _TIME,
    "time_parsing": _TIME,
    "url_type": _ADDRESS,
    "url_parsing": _ADDRESS,
    "url_syntax_violation": _ADDRESS,
}
