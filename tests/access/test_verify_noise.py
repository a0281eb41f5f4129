"""Functions that answer something else each time: random keys and codes are no difference between two states."""

from saasdb.verify.noise import VARIES, mask


def test_words_that_stay_the_same_are_kept() -> None:
    assert mask(["now [1a2b, bob]", "now [9f8e, bob]", "now [77aa, bob]"]) == f"now [{VARIES}, bob]"


def test_a_text_that_never_varies_is_kept_whole() -> None:
    assert mask(["a 12 b"] * 3) == "a 12 b"


def test_a_text_that_varies_in_its_number_of_words_is_masked_whole() -> None:
    assert mask(["a b", "a", "a b"]) == VARIES
