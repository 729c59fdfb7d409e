"""The interop cases on grpcio, for the runtime's server. One line a case."""

import argparse
import queue
import sys

import grpc

import messages

LARGE_REQUEST, LARGE_ANSWER = 271828, 314159
REQUEST_SIZES = (27182, 8, 1828, 45904)
ANSWER_SIZES = (31415, 9, 2653, 58979)
# Seconds after which a case that hangs is a failed case.
PATIENCE = 30


class Failed(Exception):
    pass


def same(expected, actual):
    if expected != actual:
        raise Failed(f"expected {expected!r}, got {actual!r}")


class Requests:
    """A request stream that is written step by step."""

    END = object()

    def __init__(self):
        self.queue = queue.Queue()

    def write(self, message):
        self.queue.put(message)

    def close(self):
        self.queue.put(self.END)

    def __iter__(self):
        return iter(self.queue.get, self.END)


class Cases:
    def __init__(self, channel, types):
        self.channel = channel
        self.types = types

    def method(self, name, service=messages.SERVICE, shape=None):
        shape, request, response = shape or messages.METHODS[name]
        return getattr(self.channel, shape)(
            f"/{service}/{name}",
            request_serializer=self.types[request].SerializeToString,
            response_deserializer=self.types[response].FromString,
        )

    def payload(self, size):
        return self.types["Payload"](body=bytes(size))

    def simple(self, **fields):
        return self.types["SimpleRequest"](response_size=LARGE_ANSWER, payload=self.payload(LARGE_REQUEST), **fields)

    def ask(self, answer_size, request_size):
        return self.types["StreamingOutputCallRequest"](
            response_parameters=[self.types["ResponseParameters"](size=answer_size)], payload=self.payload(request_size)
        )

    def fails(self, code, act, details=None):
        try:
            act()
        except grpc.RpcError as error:
            same(code, error.code())
            if details is not None:
                same(details, error.details())
            return
        except grpc.FutureCancelledError:
            same(code, grpc.StatusCode.CANCELLED)
            return
        raise Failed(f"expected {code}, but the call succeeded")

    def empty_unary(self):
        same(b"", self.method("EmptyCall")(self.types["Empty"](), timeout=PATIENCE).SerializeToString())

    def large_unary(self):
        answer = self.method("UnaryCall")(self.simple(), timeout=PATIENCE)
        same(bytes(LARGE_ANSWER), answer.payload.body)

    def client_streaming(self):
        request = self.types["StreamingInputCallRequest"]
        answer = self.method("StreamingInputCall")(
            iter([request(payload=self.payload(size)) for size in REQUEST_SIZES]), timeout=PATIENCE
        )
        same(sum(REQUEST_SIZES), answer.aggregated_payload_size)

    def server_streaming(self):
        request = self.types["StreamingOutputCallRequest"](
            response_parameters=[self.types["ResponseParameters"](size=size) for size in ANSWER_SIZES]
        )
        answers = self.method("StreamingOutputCall")(request, timeout=PATIENCE)
        same(ANSWER_SIZES, tuple(len(answer.payload.body) for answer in answers))

    def ping_pong(self):
        requests = Requests()
        answers = self.method("FullDuplexCall")(iter(requests), timeout=PATIENCE)
        for request_size, answer_size in zip(REQUEST_SIZES, ANSWER_SIZES):
            requests.write(self.ask(answer_size, request_size))
            same(answer_size, len(next(answers).payload.body))
        requests.close()
        same([], list(answers))

    def empty_stream(self):
        same([], list(self.method("FullDuplexCall")(iter([]), timeout=PATIENCE)))

    def cancel_after_begin(self):
        requests = Requests()
        call = self.method("StreamingInputCall").future(iter(requests), timeout=PATIENCE)
        call.cancel()
        same(True, call.cancelled())
        same(grpc.StatusCode.CANCELLED, call.code())
        requests.close()

    def cancel_after_first_response(self):
        requests = Requests()
        answers = self.method("FullDuplexCall")(iter(requests), timeout=PATIENCE)
        requests.write(self.ask(ANSWER_SIZES[0], REQUEST_SIZES[0]))
        same(ANSWER_SIZES[0], len(next(answers).payload.body))
        answers.cancel()
        self.fails(grpc.StatusCode.CANCELLED, lambda: next(answers))
        requests.close()

    def timeout_on_sleeping_server(self):
        requests = Requests()
        answers = self.method("FullDuplexCall")(iter(requests), timeout=0.001)
        requests.write(self.types["StreamingOutputCallRequest"](payload=self.payload(REQUEST_SIZES[0])))
        self.fails(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: next(answers))
        requests.close()

    def custom_metadata(self):
        sent = ((messages.ECHO_INITIAL, "test_initial_metadata_value"), (messages.ECHO_TRAILING, b"\xab\xab\xab"))
        _, call = self.method("UnaryCall").with_call(self.simple(), metadata=sent, timeout=PATIENCE)
        self.echoed(call)
        call = self.method("FullDuplexCall")(iter([self.ask(LARGE_ANSWER, LARGE_REQUEST)]), metadata=sent, timeout=PATIENCE)
        same([LARGE_ANSWER], [len(answer.payload.body) for answer in call])
        self.echoed(call)

    def echoed(self, call):
        same("test_initial_metadata_value", dict(call.initial_metadata()).get(messages.ECHO_INITIAL))
        same(b"\xab\xab\xab", dict(call.trailing_metadata()).get(messages.ECHO_TRAILING))

    def status_code_and_message(self):
        status = self.types["EchoStatus"](code=2, message="test status message")
        unknown = grpc.StatusCode.UNKNOWN
        unary = self.types["SimpleRequest"](response_status=status)
        self.fails(unknown, lambda: self.method("UnaryCall")(unary, timeout=PATIENCE), status.message)
        duplex = self.types["StreamingOutputCallRequest"](response_status=status)
        self.fails(unknown, lambda: list(self.method("FullDuplexCall")(iter([duplex]), timeout=PATIENCE)), status.message)

    def special_status_message(self):
        text = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
        request = self.types["SimpleRequest"](response_status=self.types["EchoStatus"](code=2, message=text))
        self.fails(grpc.StatusCode.UNKNOWN, lambda: self.method("UnaryCall")(request, timeout=PATIENCE), text)

    def unimplemented_method(self):
        shape = ("unary_unary", "Empty", "Empty")
        for name in ("UnimplementedCall", "NoSuchCall", "emptyCall"):
            method = self.method(name, shape=shape)
            self.fails(grpc.StatusCode.UNIMPLEMENTED, lambda: method(self.types["Empty"](), timeout=PATIENCE))

    def unimplemented_service(self):
        method = self.method("UnimplementedCall", "grpc.testing.UnimplementedService", ("unary_unary", "Empty", "Empty"))
        self.fails(grpc.StatusCode.UNIMPLEMENTED, lambda: method(self.types["Empty"](), timeout=PATIENCE))

    def client_compressed_unary(self):
        wanted = self.types["BoolValue"](value=True)
        # A server that does not look is found out first: this request is not compressed.
        self.fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: self.method("UnaryCall")(self.simple(expect_compressed=wanted), timeout=PATIENCE))
        answer = self.method("UnaryCall")(self.simple(expect_compressed=wanted), timeout=PATIENCE, compression=grpc.Compression.Gzip)
        same(LARGE_ANSWER, len(answer.payload.body))

    def server_compressed_unary(self):
        for compressed in (True, False):
            request = self.simple(response_compressed=self.types["BoolValue"](value=compressed))
            same(bytes(LARGE_ANSWER), self.method("UnaryCall")(request, timeout=PATIENCE).payload.body)


ALL = [
    "empty_unary", "large_unary", "client_streaming", "server_streaming", "ping_pong", "empty_stream", "cancel_after_begin",
    "cancel_after_first_response", "timeout_on_sleeping_server", "custom_metadata", "status_code_and_message",
    "special_status_message", "unimplemented_method", "unimplemented_service", "client_compressed_unary", "server_compressed_unary",
]


def read(path):
    if path is None:
        return None
    with open(path, "rb") as file:
        return file.read()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--descriptors", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--ca")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--refused", help="only check, under this case name, that the server does not let us in")
    args = parser.parse_args()

    if args.ca:
        credentials = grpc.ssl_channel_credentials(read(args.ca), read(args.key), read(args.cert))
        channel = grpc.secure_channel(args.server, credentials)
    else:
        channel = grpc.insecure_channel(args.server)
    cases = Cases(channel, messages.load(args.descriptors))
    if args.refused:
        setattr(cases, args.refused, lambda: cases.fails(grpc.StatusCode.UNAVAILABLE, cases.empty_unary))
    failed = 0
    for name in [args.refused] if args.refused else ALL:
        try:
            getattr(cases, name)()
            print(f"{name}: passed", flush=True)
        except Exception as error:
            failed += 1
            print(f"{name}: FAILED: {type(error).__name__}: {' '.join(str(error).split())}", flush=True)
    sys.exit(1 if failed else 0)


main()
