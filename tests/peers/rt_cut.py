#!/usr/bin/env python3
"""rt_cut.py PORT TARGET_PORT SEED FLAG: a proxy on loopback that breaks connections while the file FLAG is there: 30 of 100 requests or
their answers are dropped, or the answer is cut in the middle. Prints `ready` when it listens."""
import os
import random
import socket
import sys
import threading

port, target, seed = (int(a) for a in sys.argv[1:4])
flag = sys.argv[4]
dice = random.Random(seed)
lock = threading.Lock()


def message(stream):
    """One HTTP message with a Content-Length; None at the end."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        part = stream.read(1)
        if not part:
            return None
        head += part
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line[15:])
    if b"transfer-encoding: chunked" in head.lower():
        body = b""
        while not body.endswith(b"0\r\n\r\n"):
            part = stream.read(1)
            if not part:
                return None
            body += part
        return head + body
    return head + (stream.read(length) if length else b"")


def serve(client):
    server = socket.create_connection(("127.0.0.1", target))
    down, up = client.makefile("rb"), server.makefile("rb")
    try:
        while True:
            request = message(down)
            if request is None:
                return
            with lock:
                fault = dice.choice(("request", "answer", "answer", "middle")) if dice.randrange(100) < 30 and os.path.exists(flag) else ""
            if fault == "request":
                return
            server.sendall(request)
            answer = message(up)
            if answer is None or fault == "answer":
                return
            if fault == "middle":
                client.sendall(answer[: len(answer) // 2])
                return
            client.sendall(answer)
    except OSError:
        return
    finally:
        for end in (down, up, client, server):
            try:
                end.close()
            except OSError:
                pass


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", port))
listener.listen(32)
print("ready", flush=True)
while True:
    connection, _ = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
