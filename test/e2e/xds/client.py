"""Calls a service by `xds:` with the C++ core, until its input ends: prints who answered, or "!" and what failed."""

import sys
import threading

import grpc

over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
channel = grpc.insecure_channel("xds:///test.rpc.Orders")
echo = channel.unary_unary("/test.rpc.Orders/Echo", request_serializer=lambda b: b, response_deserializer=lambda b: b)
while not over.is_set():
    try:
        # Order.author is field 2: its tag, its length and its text
        print(echo(b"", timeout=20)[2:].decode(), flush=True)
    except grpc.RpcError as e:
        print("!" + str(e.details()), flush=True)
