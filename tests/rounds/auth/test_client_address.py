"""What an address counts as, and what logs show of it."""

import pytest

from rounds.auth import ClientAddress


@pytest.mark.parametrize(
    ("host", "shown", "counted"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("::FFFF:C000:0207", "192.0.2.7", "192.0.2.7"),
        ("64:ff9b::c000:207", "192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::1", "2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::1", "fe80::/64"),
        ("fe80::1%a line\nof log", "fe80::1", "fe80::/64"),
        ("::1", "::1", "::/64"),
        ("", "unknown", "unknown"),
        ("testclient", "unknown", "unknown"),
        ("192.0.2.7:80", "unknown", "unknown"),
        ("192.0.2.007", "unknown", "unknown"),
        ("<script>", "unknown", "unknown"),
    ],
)
def test_an_address_is_shown_plainly_and_counted_by_household(host, shown, counted):
    assert ClientAddress.parse(host) == ClientAddress(shown, counted)
