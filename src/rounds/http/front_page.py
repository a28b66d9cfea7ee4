"""The page that `/` leads people to while Rounds is developed; programs are told where to go instead."""

front_pages: list[str] = []


def offer_front_page(path: str) -> None:
    """Name the page; the slice that has it does so when it is found."""
    if path not in front_pages:
        front_pages.append(path)
