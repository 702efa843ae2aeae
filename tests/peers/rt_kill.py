#!/usr/bin/env python3
"""rt_kill.py SEND URL TOKEN ADMIN_TOKEN WORK ROUNDS SEED TAG: sends that are killed at any moment, cut off by a proxy, or two at once.

A round takes a correlation id, old or new, and another list of hosts, harms one or two sends of it, and then sends once more in peace.
Then the server, asked without rouse, must have exactly one ticket of that id, with exactly that list; and what rouse printed last must be
true. Prints `ok rt: ...`; on the first wrong round it says which and ends with 1."""
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

SEND, URL, TOKEN, ADMIN, WORK = sys.argv[1:6]
ROUNDS, SEED, TAG = int(sys.argv[6]), int(sys.argv[7]), sys.argv[8]
dice = random.Random(SEED)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
PATIENCE = "patience=3000"
FLAG = os.path.join(WORK, "cut")
QUEUE = "rt.queue=Security Operations"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def server(path):
    request = urllib.request.Request(URL + "/REST/2.0/" + path, headers={"Authorization": "token " + ADMIN})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def tickets(correlation):
    query = urllib.parse.quote(f"'CF.{{Correlation ID}}' = '{correlation}'")
    return [item["id"] for item in server(f"tickets?per_page=100&orderby=id&query={query}")["items"]]


def hosts_of(ticket):
    for field in server(f"ticket/{ticket}")["CustomFields"]:
        if field["name"] == "Host List":
            return (field["values"] or [""])[0].split("\n")
    return []


def start(store, correlation, hosts, salt):
    arguments = [SEND, "send", f"store={store}", f"correlation={correlation}", f"hosts={hosts}", f"salt={salt}", "wide=1", PATIENCE,
                 QUEUE, "team=Windows Platform", f"rt.url=http://127.0.0.1:{proxy_port}"]
    environment = dict(os.environ, ROUSE_RT_TOKEN=TOKEN)
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True)


def kill_later(process, seconds):
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def fail(number, harm, why, output):
    print(f"# round {number} of seed {SEED}, {harm}: {why}")
    print("# " + "\n# ".join(output.strip().split("\n")))
    sys.exit(1)


def check(number, harm, correlation, hosts, output):
    found = tickets(correlation)
    if len(found) != 1:
        fail(number, harm, f"{correlation} has the tickets {found}", output)
    lines = hosts_of(found[0])
    names = [line.split("\t")[0] for line in lines[:-1]]
    wanted = [f"SRV-\u00dc\u65e5\u672c-{i:04d}" for i in range(hosts)]
    if names != wanted or not lines[-1].startswith(f"{correlation} {hosts} hosts "):
        fail(number, harm, f"ticket {found[0]} has {len(names)} of {hosts} hosts, {lines[-1]}", output)
    first = output.split("\n")[0].split(" ")
    if first[0] not in ("created", "updated", "unchanged") or first[1] != found[0] or first[2] != str(hosts):
        fail(number, harm, f"ticket {found[0]} is right, but rouse says otherwise", output)


proxy_port = free_port()
proxy = subprocess.Popen([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "rt_cut.py"), str(proxy_port),
                          URL.rsplit(":", 1)[1].strip("/"), str(SEED), FLAG], stdout=subprocess.PIPE, text=True)
proxy.stdout.readline()
counts = {"killed": 0, "ended before": 0, "cut": 0, "two": 0}
hosts, correlation, begun = {}, "", time.time()
try:
    for number in range(ROUNDS):
        if not correlation or dice.randrange(3) == 0:
            correlation = f"rouse-{TAG}k{number}"
        count = hosts[correlation] = dice.randrange(1, 60)
        own, other = os.path.join(WORK, "kill.db"), os.path.join(WORK, "other.db")
        harm = dice.choice(("kill", "kill", "kill", "cut", "two", "two killed"))
        if harm == "cut":
            open(FLAG, "w").close()
        running = [start(own, correlation, count, number)]
        if harm.startswith("two"):
            # The same store, as two consoles have it, or another one, as on two machines.
            second = dice.choice((own, other))
            running.append(start(second, correlation, count, number))
            counts["two"] += 1
        for process in running:
            if "kill" in harm:
                counts["killed" if kill_later(process, dice.uniform(0, 1.1)) else "ended before"] += 1
            else:
                process.communicate()
                counts["cut"] += harm == "cut"
        if harm == "cut":
            os.unlink(FLAG)
        # RT goes on making what a killed client asked for. This store knows that of its own sends, not of another machine's.
        if harm == "two killed" and second == other:
            time.sleep(3)
        for _ in range(4):
            output = start(own, correlation, count, number).communicate()[0]
            if output.startswith(("created", "updated", "unchanged")):
                break
        check(number, harm, correlation, count, output)
    for known, count in hosts.items():
        if len(tickets(known)) != 1:
            fail("last", "", f"{known} has the tickets {tickets(known)}", "")
finally:
    proxy.kill()
print(f"# {ROUNDS} rounds in {time.time() - begun:.0f} s, seed {SEED}: " + ", ".join(f"{v} {k}" for k, v in counts.items()))
print(f"ok rt: {ROUNDS} rounds of killing, cutting and two at once: one ticket each, no host lost")
