"""Does a code become what its list says, whatever letters it is written with?"""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from headwater.engine import DuckDBEngine
from headwater.records.compile import UNMAPPED, mapped_code

_WORD = st.text(st.sampled_from("aA'{}[]: \\\"é"), min_size=1, max_size=4)


@given(codes=st.dictionaries(_WORD, _WORD, max_size=6), odd=st.lists(_WORD, max_size=4), owed=st.booleans())
def test_a_code_is_looked_up_in_its_list(codes: dict[str, str], odd: list[str], owed: bool) -> None:
    written = [*codes, *odd, None]
    expected = [(UNMAPPED if owed else None) if code is None else codes.get(code, UNMAPPED) for code in written]
    with DuckDBEngine() as engine:
        engine.register("rows", pa.table({"n": range(len(written)), "code": pa.array(written, pa.string())}))
        found = engine.fetch(f"SELECT {mapped_code('code', codes, owed=owed)} AS said FROM rows ORDER BY n")
    assert found["said"].to_pylist() == expected
