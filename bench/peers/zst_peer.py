"""DuckDB on the buckets of an archive as they lie there."""
import duckdb

from asked import answer, call, where

_, place, question = call()
files = f"{place['archive']}/buckets/**/*.zst"
columns = "columns = {'@time': 'BIGINT', '@stream': 'VARCHAR', ip: 'VARCHAR', requestId: 'VARCHAR'}"
source = f"read_json('{files}', format = 'newline_delimited', compression = 'zstd', {columns})"
time = 'make_timestamp("@time")'
query = f"SELECT * FROM {source} WHERE {where(question, time)}"
answer(lambda: len(duckdb.connect().execute(query).fetchall()))
