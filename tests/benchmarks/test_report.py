"""What a run leaves of ``docs/benchmarks.md``: the sections it did not measure, and what people wrote by hand."""

from __future__ import annotations

from tests.benchmarks.report import Section, Skipped, placed, side_by_side, without_others

BY_HAND = "# Benchmarks\n\nRead this first.\n"
SPEED = Section("Speed", "Of one thing.", "| s |\n| --- |\n| 1 |", "It was quick.")
MEMORY = Section("Memory", "Of the same.", "| MB |\n| --- |\n| 9 |")


def test_a_section_measured_again_takes_its_own_place_and_leaves_the_rest_with_its_date() -> None:
    first = placed(placed(BY_HAND, "claims", SPEED, "on Monday"), "claims", MEMORY, "on Monday")
    written_on = first.replace("<!-- measured: claims, Memory", "By hand again.\n\n<!-- measured: claims, Memory", 1)

    again = placed(written_on, "claims", Section("Speed", "Of one thing.", "| s |\n| --- |\n| 2 |"), "on Friday")

    assert again.startswith(BY_HAND)
    assert again.count("### Speed") == 1
    assert "| 2 |" in again
    assert "| 1 |" not in again
    assert "It was quick." not in again
    assert again.index("*on Friday*") < again.index("By hand again.") < again.index("*on Monday*")


def test_a_new_section_stands_after_those_of_its_module() -> None:
    document = placed(placed(BY_HAND, "claims", SPEED, "on Monday"), "store", MEMORY, "on Monday")

    document = placed(document, "claims", Section("Dates", "Of texts.", "| F1 |"), "on Monday")

    assert document.index("### Speed") < document.index("### Dates") < document.index("### Memory")


def test_what_cannot_be_measured_keeps_its_older_figures_and_is_said_where_there_are_none() -> None:
    measured = placed(BY_HAND, "claims", SPEED, "on Monday")

    assert placed(measured, "claims", Skipped("Speed", "needs data"), "on Friday") == measured
    assert "Not measured: needs data." in placed(BY_HAND, "claims", Skipped("Speed", "needs data"), "on Friday")


def test_a_section_that_is_no_more_leaves_the_document_and_other_modules_keep_theirs() -> None:
    document = BY_HAND
    for module, section in (("claims", SPEED), ("claims", MEMORY), ("store", SPEED)):
        document = placed(document, module, section, "on Monday")

    document = without_others(document, "claims", ["Memory"])

    assert document.startswith(BY_HAND)
    assert document.count("### Speed") == 1
    assert "measured: claims, Speed" not in document
    assert "measured: claims, Memory" in document


def test_peers_stand_in_columns_beside_ours() -> None:
    figures = {"Claimdesk": {"F1": "0.6", "P": "0.7"}, "another": {"F1": "0.2", "P": "0.9"}}

    assert side_by_side(figures).splitlines() == [
        "|  | Claimdesk | another |",
        "| --- | --- | --- |",
        "| F1 | 0.6 | 0.2 |",
        "| P | 0.7 | 0.9 |",
    ]
