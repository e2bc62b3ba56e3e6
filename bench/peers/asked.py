"""What the peers in Python share: the question as SQL, and what answering it took."""
import json
import sys
import time


def call():
    """The verb, the place and the question of this call."""
    return sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])


def read_bytes():
    with open("/proc/self/io") as report:
        return int(report.readline().split()[1])


def answer(ask):
    """Runs `ask`, which gives the number of events, and prints what it took."""
    before, start = read_bytes(), time.perf_counter()
    found = ask()
    seconds = time.perf_counter() - start
    print(json.dumps({"found": found, "seconds": seconds, "readBytes": read_bytes() - before}))


def where(question, time_column):
    addresses = ",".join(f"'{address}'" for address in question["addresses"])
    span = question.get("span")
    within = f" AND {time_column} >= '{span['start']}' AND {time_column} < '{span['end']}'" if span else ""
    return f"ip IN ({addresses}){within}"
