"""The interoperability cases over grpcio, which is the C++ core of gRPC: as a client and as a server.

    interop.py DESCRIPTORS server PORT [CERTIFICATE KEY]
    interop.py DESCRIPTORS client PORT CASE [CA NAME]
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc._cython import cygrpc

POOL = descriptor_pool.DescriptorPool()
UPLOADS = [27182, 8, 1828, 45904]
DOWNLOADS = [31415, 9, 2653, 58979]
INITIAL = "x-grpc-test-echo-initial"
TRAILING = "x-grpc-test-echo-trailing-bin"


def main(descriptors, role, port, *args):
    with open(descriptors, "rb") as file:
        for each in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
            POOL.Add(each)
    if role == "server":
        serve(port, *args)
    else:
        case, *tls = args
        with dial(f"127.0.0.1:{port}", *tls) as channel:
            CASES[case](Stub(channel))


def dial(address, ca=None, name=None):
    if ca is None:
        return grpc.insecure_channel(address)
    credentials = grpc.ssl_channel_credentials(read(ca))
    return grpc.secure_channel(address, credentials, [("grpc.ssl_target_name_override", name)])


def read(path):
    with open(path, "rb") as file:
        return file.read()


def message(name, **fields):
    return message_class(name)(**fields)


def message_class(name):
    return message_factory.GetMessageClass(POOL.FindMessageTypeByName(f"grpc.testing.{name}"))


def zeros(size):
    return message("Payload", body=bytes(size))


def boolean(value):
    return message("BoolValue", value=value)


def parameters(*sizes):
    return [message("ResponseParameters", size=size) for size in sizes]


# the client


class Stub:
    """A function for each method of both services."""

    def __init__(self, channel):
        for service in ("TestService", "UnimplementedService"):
            for method in POOL.FindServiceByName(f"grpc.testing.{service}").methods:
                kind = ("stream_" if method.client_streaming else "unary_") + (
                    "stream" if method.server_streaming else "unary"
                )
                call = getattr(channel, kind)(
                    f"/grpc.testing.{service}/{method.name}",
                    request_serializer=lambda request: request.SerializeToString(),
                    response_deserializer=message_factory.GetMessageClass(method.output_type).FromString,
                )
                name = method.name if service == "TestService" else f"{service}{method.name}"
                setattr(self, name, call)


def expect(actual, wanted):
    if actual != wanted:
        sys.exit(f"expected {wanted!r}, got {actual!r}")


def expect_failure(call, code, text=None):
    try:
        call()
    except grpc.RpcError as error:
        expect(error.code(), code)
        if text is not None:
            expect(error.details(), text)
    else:
        sys.exit(f"expected {code}, and the call succeeded")


def large(**fields):
    return message("SimpleRequest", response_size=314159, payload=zeros(271828), **fields)


def empty_unary(stub):
    expect(stub.EmptyCall(message("Empty")), message("Empty"))


def large_unary(stub):
    expect(stub.UnaryCall(large()).payload.body, bytes(314159))


def client_streaming(stub):
    requests = (message("StreamingInputCallRequest", payload=zeros(size)) for size in UPLOADS)
    expect(stub.StreamingInputCall(requests).aggregated_payload_size, 74922)


def server_streaming(stub):
    request = message("StreamingOutputCallRequest", response_parameters=parameters(*DOWNLOADS))
    expect([len(reply.payload.body) for reply in stub.StreamingOutputCall(request)], DOWNLOADS)


class Requests:
    """A stream of requests that is fed while the call runs."""

    def __init__(self, *first):
        self.waiting = list(first)
        self.is_over = False

    def __iter__(self):
        return self

    def __next__(self):
        while not self.waiting:
            if self.is_over:
                raise StopIteration
            time.sleep(0.001)
        return self.waiting.pop(0)


def ping_pong(stub):
    requests = Requests()
    replies = stub.FullDuplexCall(requests)
    for upload, download in zip(UPLOADS, DOWNLOADS):
        requests.waiting.append(
            message("StreamingOutputCallRequest", response_parameters=parameters(download), payload=zeros(upload))
        )
        expect(len(next(replies).payload.body), download)
    requests.is_over = True
    expect(list(replies), [])


def empty_stream(stub):
    expect(list(stub.FullDuplexCall(iter([]))), [])


def timeout_on_sleeping_server(stub):
    requests = Requests(message("StreamingOutputCallRequest", payload=zeros(27182)))
    expect_failure(lambda: list(stub.FullDuplexCall(requests, timeout=0.001)), grpc.StatusCode.DEADLINE_EXCEEDED)
    requests.is_over = True


def cancel_after_begin(stub):
    requests = Requests()
    reply = stub.StreamingInputCall.future(requests)
    reply.cancel()
    expect(reply.code(), grpc.StatusCode.CANCELLED)
    requests.is_over = True


def cancel_after_first_response(stub):
    requests = Requests(
        message("StreamingOutputCallRequest", response_parameters=parameters(31415), payload=zeros(27182))
    )
    replies = stub.FullDuplexCall(requests)
    expect(len(next(replies).payload.body), 31415)
    replies.cancel()
    expect_failure(lambda: next(replies), grpc.StatusCode.CANCELLED)
    requests.is_over = True


def custom_metadata(stub):
    metadata = ((INITIAL, "test_initial_metadata_value"), (TRAILING, b"\xab\xab\xab"))

    def check(call):
        expect(dict(call.initial_metadata()).get(INITIAL), metadata[0][1])
        expect(dict(call.trailing_metadata()).get(TRAILING), metadata[1][1])

    reply, call = stub.UnaryCall.with_call(large(), metadata=metadata)
    expect(len(reply.payload.body), 314159)
    check(call)
    request = message("StreamingOutputCallRequest", response_parameters=parameters(314159), payload=zeros(271828))
    replies = stub.FullDuplexCall(iter([request]), metadata=metadata)
    expect([len(reply.payload.body) for reply in replies], [314159])
    check(replies)


def status_code_and_message(stub):
    status = message("EchoStatus", code=2, message="test status message")
    unknown = (grpc.StatusCode.UNKNOWN, "test status message")
    expect_failure(lambda: stub.UnaryCall(message("SimpleRequest", response_status=status)), *unknown)
    request = message("StreamingOutputCallRequest", response_status=status)
    expect_failure(lambda: list(stub.FullDuplexCall(iter([request]))), *unknown)


def special_status_message(stub):
    text = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
    request = message("SimpleRequest", response_status=message("EchoStatus", code=2, message=text))
    expect_failure(lambda: stub.UnaryCall(request), grpc.StatusCode.UNKNOWN, text)


def unimplemented_method(stub):
    expect_failure(lambda: stub.UnimplementedCall(message("Empty")), grpc.StatusCode.UNIMPLEMENTED)


def unimplemented_service(stub):
    call = stub.UnimplementedServiceUnimplementedCall
    expect_failure(lambda: call(message("Empty")), grpc.StatusCode.UNIMPLEMENTED)


def client_compressed_unary(stub):
    compressed = large(expect_compressed=boolean(True))
    expect_failure(lambda: stub.UnaryCall(compressed), grpc.StatusCode.INVALID_ARGUMENT)
    expect(len(stub.UnaryCall(compressed, compression=grpc.Compression.Gzip).payload.body), 314159)
    expect(len(stub.UnaryCall(large(expect_compressed=boolean(False))).payload.body), 314159)


def server_compressed_unary(stub):
    for value in (True, False):
        expect(stub.UnaryCall(large(response_compressed=boolean(value))).payload.body, bytes(314159))


def client_compressed_streaming(stub):
    first = message("StreamingInputCallRequest", payload=zeros(27182), expect_compressed=boolean(True))
    second = message("StreamingInputCallRequest", payload=zeros(45904), expect_compressed=boolean(False))
    expect_failure(lambda: stub.StreamingInputCall(iter([first])), grpc.StatusCode.INVALID_ARGUMENT)

    def requests():
        yield first
        # The core chooses for each message; of grpcio, only the server does. This is the flag that its client writes.
        grpc._channel._EMPTY_FLAGS = cygrpc.WriteFlag.no_compress
        yield second
        grpc._channel._EMPTY_FLAGS = 0

    reply = stub.StreamingInputCall(requests(), compression=grpc.Compression.Gzip)
    expect(reply.aggregated_payload_size, 73086)


def server_compressed_streaming(stub):
    wanted = parameters(31415, 92653)
    wanted[0].compressed.value = True
    wanted[1].compressed.value = False
    request = message("StreamingOutputCallRequest", response_parameters=wanted)
    expect([len(reply.payload.body) for reply in stub.StreamingOutputCall(request)], [31415, 92653])


CASES = {
    case.__name__: case
    for case in (
        empty_unary,
        large_unary,
        client_streaming,
        server_streaming,
        ping_pong,
        empty_stream,
        timeout_on_sleeping_server,
        cancel_after_begin,
        cancel_after_first_response,
        custom_metadata,
        status_code_and_message,
        special_status_message,
        unimplemented_method,
        unimplemented_service,
        client_compressed_unary,
        server_compressed_unary,
        client_compressed_streaming,
        server_compressed_streaming,
    )
}


# the server


def serve(port, certificate=None, key=None):
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    kinds = {
        "EmptyCall": grpc.unary_unary_rpc_method_handler,
        "UnaryCall": grpc.unary_unary_rpc_method_handler,
        "StreamingOutputCall": grpc.unary_stream_rpc_method_handler,
        "StreamingInputCall": grpc.stream_unary_rpc_method_handler,
        "FullDuplexCall": grpc.stream_stream_rpc_method_handler,
    }
    handlers = {}
    for method in POOL.FindServiceByName("grpc.testing.TestService").methods:
        if method.name in kinds:
            handlers[method.name] = kinds[method.name](
                globals()[method.name],
                request_deserializer=message_factory.GetMessageClass(method.input_type).FromString,
                response_serializer=lambda reply: reply.SerializeToString(),
            )
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("grpc.testing.TestService", handlers),))
    if certificate is None:
        server.add_insecure_port(f"127.0.0.1:{port}")
    else:
        credentials = grpc.ssl_server_credentials([(read(key), read(certificate))])
        server.add_secure_port(f"127.0.0.1:{port}", credentials)
    server.start()
    server.wait_for_termination()


def EmptyCall(request, context):
    return message("Empty")


def UnaryCall(request, context):
    echo_metadata(context)
    check_status(request, context)
    if request.response_compressed.value:
        context.set_compression(grpc.Compression.Gzip)
    return message("SimpleResponse", payload=zeros(request.response_size))


def StreamingOutputCall(request, context):
    if any(each.compressed.value for each in request.response_parameters):
        context.set_compression(grpc.Compression.Gzip)
    yield from answer(request, context)


def StreamingInputCall(requests, context):
    return message("StreamingInputCallResponse", aggregated_payload_size=sum(len(each.payload.body) for each in requests))


def FullDuplexCall(requests, context):
    echo_metadata(context)
    for request in requests:
        check_status(request, context)
        yield from answer(request, context)


def answer(request, context):
    for each in request.response_parameters:
        time.sleep(each.interval_us / 1e6)
        if not each.compressed.value:
            context.disable_next_message_compression()
        yield message("StreamingOutputCallResponse", payload=zeros(each.size))


def echo_metadata(context):
    metadata = dict(context.invocation_metadata())
    if INITIAL in metadata:
        context.send_initial_metadata(((INITIAL, metadata[INITIAL]),))
    if TRAILING in metadata:
        context.set_trailing_metadata(((TRAILING, metadata[TRAILING]),))


def check_status(request, context):
    status = request.response_status
    if status.code != 0:
        codes = {code.value[0]: code for code in grpc.StatusCode}
        context.abort(codes[status.code], status.message)


if __name__ == "__main__":
    main(*sys.argv[1:])
