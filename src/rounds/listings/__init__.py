"""Lists: filters, sorting, and two ways of paging over the same order.

A cursor holds the sort values and the id of the last row seen, sealed with an AEAD, so that it is opaque, cannot be
altered, belongs to one list with one set of filters, and shows nobody the values (a name, say) that it carries through
a URL. The next page starts right behind those values (keyset paging), so it costs the same on any page and neither
skips nor repeats a row while others insert or delete.
"""

from rounds.listings.cursors import Cursors
from rounds.listings.listing import Listing, Order
from rounds.listings.page import Found, Page, PageLinks, Pagination
from rounds.listings.query import LARGEST_OFFSET, ListQuery
from rounds.listings.stages import Stage, Staged, fetch_in_stages

__all__ = [
    "LARGEST_OFFSET",
    "Cursors",
    "Found",
    "ListQuery",
    "Listing",
    "Order",
    "Page",
    "PageLinks",
    "Pagination",
    "Stage",
    "Staged",
    "fetch_in_stages",
]
