import ${{ values.module }}


def test_version_is_the_first_one() -> None:
    assert ${{ values.module }}.__version__ == "0.1.0"
