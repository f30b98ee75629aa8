"""Are records joined strongest first, and never into what cannot be one person?"""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from headwater.identity.cluster import Constraints, cluster_records, hang_together

NONE = -1


def cluster(
    count: int, links: list[tuple[int, int, float]], slight: tuple[int, ...] = (), **constraints: object
) -> list[int]:
    """`slight` are the places in `links` of those that are slight."""
    none = np.full(count, NONE, np.int64)
    given_constraints = {"event": none, "pnc": none} | constraints
    left, right, weight = (np.array([link[i] for link in links]) for i in range(3))
    labels, _ = cluster_records(
        count,
        left.astype(np.int64),
        right.astype(np.int64),
        weight.astype(np.float64),
        Constraints(**given_constraints),  # type: ignore[arg-type]
        slight=np.isin(np.arange(len(links)), slight),
    )
    return [int(label) for label in labels]


def test_links_chain_into_one_person() -> None:
    labels = cluster(4, [(0, 1, 9.0), (1, 2, 9.0)])
    assert labels[0] == labels[1] == labels[2] != labels[3]


def test_two_records_of_one_event_stay_two_people_and_the_weaker_link_gives_way() -> None:
    labels = cluster(3, [(0, 1, 5.0), (1, 2, 9.0)], event=np.array([7, NONE, 7]))
    assert labels[1] == labels[2] != labels[0]


def test_two_pnc_ids_are_two_people() -> None:
    labels = cluster(3, [(0, 1, 9.0), (1, 2, 8.0)], pnc=np.array([1, NONE, 2]))
    assert labels[0] == labels[1] != labels[2]


def test_a_parted_pair_stays_apart_through_a_chain() -> None:
    labels = cluster(3, [(0, 1, 9.0), (1, 2, 8.0)], apart=frozenset({(0, 2)}))
    assert labels[0] == labels[1] != labels[2]


def test_a_joined_pair_is_together_without_a_link() -> None:
    labels = cluster(2, [(0, 1, 9.0)][:0] or [(0, 0, 0.0)], together=((0, 1),))
    assert labels[0] == labels[1]


def test_a_parted_pair_is_not_joined_again_by_two_records_that_are_both_linked_to_both() -> None:
    links = [(0, 1, 9.0), (1, 2, 8.0), (0, 3, 7.0), (3, 2, 6.0), (1, 3, 5.0)]
    labels = cluster(4, links, apart=frozenset({(0, 2)}))
    assert labels[0] != labels[2]


def test_who_parts_two_records_is_obeyed_even_where_other_decisions_join_them_through_a_third() -> None:
    labels = cluster(3, [(0, 1, 9.0)], together=((0, 1), (1, 2)), apart=frozenset({(0, 2)}))
    assert labels[0] != labels[2]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.floats(0, 20)), min_size=1, max_size=30), st.data())
def test_no_cluster_ever_holds_two_records_of_one_event(
    links: list[tuple[int, int, float]], data: st.DataObject
) -> None:
    events = np.array(data.draw(st.lists(st.integers(-1, 3), min_size=10, max_size=10)))
    labels = cluster(10, links, event=events)
    known = [(labels[i], int(events[i])) for i in range(10) if events[i] >= 0]
    assert len(known) == len(set(known))


def test_two_dates_of_birth_far_apart_are_two_people_and_a_record_without_one_is_no_bridge() -> None:
    births = np.array([19710201, -1, 20040609])
    labels = cluster(3, [(0, 1, 9.0), (1, 2, 8.0)], birth=births)
    assert labels[0] == labels[1] != labels[2]


def test_a_slip_in_a_date_of_birth_parts_nobody_though_two_slips_lie_far_apart() -> None:
    births = np.array([19750918, 19750918, 19740918, 19760917])
    assert len(set(cluster(4, [(0, 1, 9.0), (1, 2, 8.0), (0, 3, 8.0)], birth=births))) == 1


def test_two_dates_that_several_records_each_give_are_two_people() -> None:
    births = np.array([19860810, 19860810, 19860810, 19870203, 19870203, 19870203])
    links = [(0, 1, 9.0), (1, 2, 9.0), (3, 4, 9.0), (4, 5, 9.0), (2, 3, 8.0)]
    labels = cluster(6, links, birth=births)
    assert len(set(labels[:3])) == len(set(labels[3:])) == 1
    assert labels[0] != labels[3]


def test_a_slight_link_brings_a_lone_record_to_others_but_not_two_lots_of_records_together() -> None:
    lots = [(0, 1, 9.0), (2, 3, 9.0)]
    labels = cluster(4, [*lots, (1, 2, 5.0)], slight=(2,))
    assert labels[0] == labels[1] != labels[2] == labels[3]
    assert len(set(cluster(4, [*lots, (1, 2, 5.0)]))) == 1, "a firm link does"
    assert len(set(cluster(3, [(0, 1, 9.0), (1, 2, 5.0)], slight=(1,)))) == 1
    assert len(set(cluster(2, [(0, 1, 5.0)], slight=(0,)))) == 1


def test_a_lone_record_between_two_lots_goes_to_the_one_that_it_is_more_like_and_is_no_bridge() -> None:
    labels = cluster(5, [(0, 1, 9.0), (2, 3, 9.0), (4, 0, 6.0), (4, 2, 5.0)], slight=(2, 3))
    assert labels[4] == labels[0] == labels[1] != labels[2] == labels[3]


def test_what_a_reviewer_joined_is_together_though_the_link_is_slight() -> None:
    links = [(0, 1, 9.0), (2, 3, 9.0), (1, 2, 5.0)]
    assert len(set(cluster(4, links, slight=(2,), together=((1, 2),)))) == 1


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.floats(0, 20)), min_size=1, max_size=30), st.data())
def test_no_cluster_ever_holds_two_lots_that_only_slight_links_hold_together(
    links: list[tuple[int, int, float]], data: st.DataObject
) -> None:
    slight = tuple(data.draw(st.sets(st.integers(0, len(links) - 1))))
    labels = cluster(10, links, slight)
    firm = cluster(10, [link for place, link in enumerate(links) if place not in slight] or [(0, 0, 1.0)])
    lots = {lot: labels[firm.index(lot)] for lot in set(firm) if firm.count(lot) > 1}
    assert len(set(lots.values())) == len(lots)
    assert len({(a, b) for a, b in zip(firm, labels, strict=True)}) == len(set(firm)), "no lot is torn"


@given(count=st.integers(1, 40), data=st.data())
def test_what_hangs_together_is_what_the_textbook_calls_connected(count: int, data: st.DataObject) -> None:
    record = st.integers(0, count - 1)
    links = data.draw(st.lists(st.tuples(record, record), max_size=60))
    joined = data.draw(st.lists(st.tuples(record, record), max_size=3))
    left, right = (np.array([link[side] for link in links], np.int64) for side in (0, 1))
    rows, columns = (np.array([link[side] for link in links + joined], np.int64) for side in (0, 1))
    graph = coo_array((np.ones(rows.size, np.int8), (rows, columns)), shape=(count, count))
    expected = connected_components(graph, directed=False)[1]
    assert hang_together(count, left, right, tuple(joined)).tolist() == expected.tolist()


def test_a_chain_in_any_order_hangs_together() -> None:
    order = np.random.default_rng(1).permutation(50_000)
    assert not hang_together(order.size, order[:-1], order[1:]).any()
