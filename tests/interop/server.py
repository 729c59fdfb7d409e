"""The TestService on grpcio, for the runtime's client. Prints "listening PORT"."""

import argparse
import time
from concurrent import futures

import grpc

import messages


def codes():
    return {code.value[0]: code for code in grpc.StatusCode}


class TestService:
    def __init__(self, types):
        self.types = types
        self.codes = codes()

    def echo(self, context):
        for key, value in context.invocation_metadata():
            if key == messages.ECHO_INITIAL:
                context.send_initial_metadata(((key, value),))
            elif key == messages.ECHO_TRAILING:
                context.set_trailing_metadata(((key, value),))

    def end_as_asked(self, request, context):
        if request.response_status.code:
            context.abort(self.codes[request.response_status.code], request.response_status.message)

    def zeros(self, size):
        return self.types["Payload"](body=bytes(size))

    def EmptyCall(self, request, context):
        self.echo(context)
        return self.types["Empty"]()

    def UnaryCall(self, request, context):
        self.end_as_asked(request, context)
        if request.HasField("response_compressed"):
            context.set_compression(grpc.Compression.Gzip)
            if not request.response_compressed.value:
                context.disable_next_message_compression()
        self.echo(context)
        return self.types["SimpleResponse"](payload=self.zeros(request.response_size))

    def answers(self, request, context):
        self.end_as_asked(request, context)
        for wanted in request.response_parameters:
            if wanted.interval_us:
                time.sleep(wanted.interval_us / 1e6)
            yield self.types["StreamingOutputCallResponse"](payload=self.zeros(wanted.size))

    def StreamingOutputCall(self, request, context):
        self.echo(context)
        yield from self.answers(request, context)

    def StreamingInputCall(self, requests, context):
        self.echo(context)
        total = sum(len(request.payload.body) for request in requests)
        return self.types["StreamingInputCallResponse"](aggregated_payload_size=total)

    def FullDuplexCall(self, requests, context):
        self.echo(context)
        for request in requests:
            yield from self.answers(request, context)


def handlers(types):
    service = TestService(types)
    made = {}
    for name, (shape, request, response) in messages.METHODS.items():
        make = getattr(grpc, shape + "_rpc_method_handler")
        made[name] = make(getattr(service, name), types[request].FromString, types[response].SerializeToString)
    return grpc.method_handlers_generic_handler(messages.SERVICE, made)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--descriptors", required=True)
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--client-ca")
    args = parser.parse_args()

    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    server.add_generic_rpc_handlers((handlers(messages.load(args.descriptors)),))
    if args.cert:
        credentials = grpc.ssl_server_credentials(
            [(read(args.key), read(args.cert))],
            root_certificates=read(args.client_ca) if args.client_ca else None,
            require_client_auth=bool(args.client_ca),
        )
        port = server.add_secure_port("127.0.0.1:0", credentials)
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print("listening", port, flush=True)
    server.wait_for_termination()


main()
