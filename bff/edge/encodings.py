"""What a client says of encodings of answers (RFC 9110, 12.5.3)."""

# Longer headers are of no browser; who sends one gets plain bytes.
_MAX_HEADER = 1_000


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a client wants gzip; a weight that is no number counts as none.

    >>> accepts_gzip("gzip, deflate, br, zstd"), accepts_gzip("*"), accepts_gzip("GZIP;q=0.5")
    (True, True, True)
    >>> accepts_gzip(""), accepts_gzip("br"), accepts_gzip("gzip;q=0, *"), accepts_gzip("gzip;q=nan")
    (False, False, False, False)
    """
    if len(accept_encoding) > _MAX_HEADER:
        return False
    weights: dict[str, bool] = {}
    for part in accept_encoding.lower().split(","):
        name, *parameters = (each.strip() for each in part.split(";"))
        weights[name] = all(_is_wanted(parameter) for parameter in parameters)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", False)))


def _is_wanted(parameter: str) -> bool:
    """Whether a parameter of an encoding is not a weight of zero."""
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return True
    try:
        return 0 < float(value) <= 1
    except ValueError:
        return False
