// The official interoperability cases of grpc-go, as a client and as a server. Its own programs leave out the four cases of
// compression, which are added here with its public API.
//
//	interop server -port 10000 [-cert server.pem -key server.key]
//	interop client -port 10000 -case large_unary [-ca ca.pem -name foo.test.google.fr]
//	interop load -port 10000, which observes no compression: it costs time
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/interop"
	testpb "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"
)

func main() {
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	port := flags.Int("port", 0, "of the server")
	name := flags.String("case", "", "which the client plays")
	cert := flags.String("cert", "", "of the server, in PEM; without it, connections are not encrypted")
	key := flags.String("key", "", "of the certificate, in PEM")
	ca := flags.String("ca", "", "that the client trusts, in PEM; without it, connections are not encrypted")
	serverName := flags.String("name", "", "in the server's certificate")
	flags.Parse(os.Args[2:])
	address := fmt.Sprintf("127.0.0.1:%d", *port)
	switch os.Args[1] {
	case "server":
		server := grpc.NewServer(append(serverTLS(*cert, *key), grpc.StatsHandler(compressionObserver{}))...)
		serve(address, server, &compressingServer{TestServiceServer: interop.NewTestServer()})
	case "load":
		serve(address, grpc.NewServer(), interop.NewTestServer())
	default:
		play(address, *name, clientTLS(*ca, *serverName))
	}
}

func serverTLS(cert, key string) []grpc.ServerOption {
	if cert == "" {
		return nil
	}
	tls, err := credentials.NewServerTLSFromFile(cert, key)
	check(err)
	return []grpc.ServerOption{grpc.Creds(tls)}
}

func clientTLS(ca, name string) credentials.TransportCredentials {
	if ca == "" {
		return insecure.NewCredentials()
	}
	tls, err := credentials.NewClientTLSFromFile(ca, name)
	check(err)
	return tls
}

func serve(address string, server *grpc.Server, service testpb.TestServiceServer) {
	listener, err := net.Listen("tcp", address)
	check(err)
	testpb.RegisterTestServiceServer(server, service)
	check(server.Serve(listener))
}

func play(address, name string, creds credentials.TransportCredentials) {
	conn, err := grpc.NewClient(address,
		grpc.WithTransportCredentials(creds), grpc.WithStatsHandler(compressionObserver{}))
	check(err)
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	client := testpb.NewTestServiceClient(conn)
	switch name {
	case "empty_unary":
		interop.DoEmptyUnaryCall(ctx, client)
	case "large_unary":
		interop.DoLargeUnaryCall(ctx, client)
	case "client_streaming":
		interop.DoClientStreaming(ctx, client)
	case "server_streaming":
		interop.DoServerStreaming(ctx, client)
	case "ping_pong":
		interop.DoPingPong(ctx, client)
	case "empty_stream":
		interop.DoEmptyStream(ctx, client)
	case "timeout_on_sleeping_server":
		interop.DoTimeoutOnSleepingServer(ctx, client)
	case "cancel_after_begin":
		interop.DoCancelAfterBegin(ctx, client)
	case "cancel_after_first_response":
		interop.DoCancelAfterFirstResponse(ctx, client)
	case "custom_metadata":
		interop.DoCustomMetadata(ctx, client)
	case "status_code_and_message":
		interop.DoStatusCodeAndMessage(ctx, client)
	case "special_status_message":
		interop.DoSpecialStatusMessage(ctx, client)
	case "unimplemented_method":
		interop.DoUnimplementedMethod(ctx, conn)
	case "unimplemented_service":
		interop.DoUnimplementedService(ctx, testpb.NewUnimplementedServiceClient(conn))
	case "client_compressed_unary":
		clientCompressedUnary(ctx, client)
	case "server_compressed_unary":
		serverCompressedUnary(ctx, client)
	case "client_compressed_streaming":
		clientCompressedStreaming(ctx, client)
	case "server_compressed_streaming":
		serverCompressedStreaming(ctx, client)
	default:
		log.Fatalf("unknown case %q", name)
	}
}

var compressed = grpc.UseCompressor(gzip.Name)

func clientCompressedUnary(ctx context.Context, client testpb.TestServiceClient) {
	request := func(expect bool) *testpb.SimpleRequest {
		return &testpb.SimpleRequest{ResponseSize: 314159, Payload: zeros(271828), ExpectCompressed: boolean(expect)}
	}
	_, err := client.UnaryCall(ctx, request(true)) // it is not
	expect(status.Code(err) == codes.InvalidArgument, "got %v instead of InvalidArgument", err)
	reply, err := client.UnaryCall(ctx, request(true), compressed)
	check(err)
	expectSize(reply.GetPayload(), 314159)
	reply, err = client.UnaryCall(ctx, request(false))
	check(err)
	expectSize(reply.GetPayload(), 314159)
}

func serverCompressedUnary(ctx context.Context, client testpb.TestServiceClient) {
	for _, want := range []bool{true, false} {
		ctx, got := observe(ctx)
		reply, err := client.UnaryCall(ctx, &testpb.SimpleRequest{
			ResponseSize: 314159, Payload: zeros(271828), ResponseCompressed: boolean(want)})
		check(err)
		expectSize(reply.GetPayload(), 314159)
		expect(*got == want, "response compressed: %v, expected %v", *got, want)
	}
}

// grpc-go has no choice for single messages of a stream: the two that the case wants in one call are in two.
func clientCompressedStreaming(ctx context.Context, client testpb.TestServiceClient) {
	upload := func(size int, expected bool, options ...grpc.CallOption) (*testpb.StreamingInputCallResponse, error) {
		stream, err := client.StreamingInputCall(ctx, options...)
		check(err)
		stream.Send(&testpb.StreamingInputCallRequest{Payload: zeros(size), ExpectCompressed: boolean(expected)})
		return stream.CloseAndRecv()
	}
	_, err := upload(27182, true) // it is not
	expect(status.Code(err) == codes.InvalidArgument, "got %v instead of InvalidArgument", err)
	reply, err := upload(27182, true, compressed)
	check(err)
	expect(reply.AggregatedPayloadSize == 27182, "got %d", reply.AggregatedPayloadSize)
	reply, err = upload(45904, false)
	check(err)
	expect(reply.AggregatedPayloadSize == 45904, "got %d", reply.AggregatedPayloadSize)
}

func serverCompressedStreaming(ctx context.Context, client testpb.TestServiceClient) {
	ctx, got := observe(ctx)
	wanted := []*testpb.ResponseParameters{
		{Size: 31415, Compressed: boolean(true)}, {Size: 92653, Compressed: boolean(false)}}
	stream, err := client.StreamingOutputCall(ctx, &testpb.StreamingOutputCallRequest{ResponseParameters: wanted})
	check(err)
	for i, want := range wanted {
		reply, err := stream.Recv()
		check(err)
		expectSize(reply.GetPayload(), int(want.Size))
		expect(*got == want.Compressed.Value, "response %d compressed: %v", i, *got)
	}
}

func zeros(size int) *testpb.Payload {
	return interop.ClientNewPayload(testpb.PayloadType_COMPRESSABLE, size)
}

func boolean(value bool) *testpb.BoolValue {
	return &testpb.BoolValue{Value: value}
}

func expectSize(payload *testpb.Payload, size int) {
	expect(len(payload.GetBody()) == size, "got %d bytes, expected %d", len(payload.GetBody()), size)
}

func expect(holds bool, format string, args ...any) {
	if !holds {
		log.Fatalf(format, args...)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
