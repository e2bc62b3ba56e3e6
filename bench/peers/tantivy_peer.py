"""tantivy: address as one term, time as a fast field, the line stored."""
import json
import os
from datetime import datetime, timezone

import tantivy

from asked import answer, call

verb, place, question = call()
folder = os.path.join(place["folder"], "tantivy")
schema = (
    tantivy.SchemaBuilder()
    .add_text_field("ip", stored=False, tokenizer_name="raw")
    .add_text_field("line", stored=True)
    .add_integer_field("time", stored=False, indexed=True, fast=True)
    .build()
)


def micros(text):
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1e6)


def load():
    os.makedirs(folder, exist_ok=True)
    writer = tantivy.Index(schema, path=folder).writer(256_000_000)
    with open(place["raw"]) as lines:
        for line in lines:
            event = json.loads(line)
            writer.add_document(
                tantivy.Document(ip=event["ip"], line=line[:-1], time=micros(event["@time"]))
            )
    writer.commit()
    writer.wait_merging_threads()


def ask():
    index = tantivy.Index.open(folder)
    searcher = index.searcher()
    query = " OR ".join(f'ip:"{address}"' for address in question["addresses"])
    span = question.get("span")
    if span:
        query = f"({query}) AND time:[{micros(span['start'])} TO {micros(span['end'])}}}"
    hits = searcher.search(index.parse_query(query, ["ip"]), limit=1_000_000).hits
    return len([searcher.doc(address)["line"] for _, address in hits])


if verb == "load":
    load()
else:
    answer(ask)
