"""DuckDB on Parquet: zstd, sorted by time as it came, Bloom filters as it makes them."""
import os

import duckdb

from asked import answer, call, where

verb, place, question = call()
folder = os.path.join(place["folder"], "parquet")
file = os.path.join(folder, "events.parquet")
database = duckdb.connect()
if verb == "load":
    os.makedirs(folder, exist_ok=True)
    database.execute(
        f"""COPY (SELECT * FROM read_json('{place["raw"]}', format = 'newline_delimited'))
        TO '{file}' (FORMAT parquet, COMPRESSION zstd)"""
    )
else:
    query = f"""SELECT * REPLACE ("@time"::VARCHAR AS "@time") FROM '{file}' WHERE {where(question, '"@time"')}"""
    answer(lambda: len(database.execute(query).fetchall()))
