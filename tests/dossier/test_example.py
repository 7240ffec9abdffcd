from normenkader.dossier.example import fictitious_client


def published(documents, line):
    for term in documents.norms["terms"]:
        partner = term["with"] or {"factor": "", "level": ""}
        if (term["factor"], term["level"], partner["factor"], partner["level"]) == (
            line.factor, line.level, line.with_factor, line.with_level,
        ):  # fmt: skip
            return term["published"]
    raise AssertionError("the example uses a row that the table does not have")


def test_the_sum_is_that_of_the_published_rows(documents):
    example = fictitious_client(documents)
    total = documents.norms["ijkclient_minutes"]["published"] + sum(published(documents, s) for s in example.steps)
    assert example.decision.norm_minutes == total
    assert any(step.with_factor for step in example.steps)
    assert any(step.minutes < 0 for step in example.steps)


def test_only_supported_rows_are_shown(documents):
    assert all(step.supported for step in fictitious_client(documents).steps)


def test_the_count_of_a_group_is_taken_from_the_profile(documents):
    example = fictitious_client(documents)
    above = sum(level != "geen" for factor, level in example.profile if factor.startswith("leefgebied_"))
    assert above > 6
    assert [line.level for line in example.counts] == [">6"]


def test_in_doubt_follows_the_study(make):
    documents = make()
    example = fictitious_client(documents)
    assert (example.decision.table_band, example.decision.band) == (4, 5)
    documents.settings["bands"]["in_doubt"] = "table"
    assert fictitious_client(documents).decision.band == 4


def test_without_a_supported_row_there_is_no_example(make):
    documents = make()
    for term in documents.norms["terms"]:
        term.update(estimate=None, interval=None, published=None, supported=False)
    assert fictitious_client(documents) is None
