package main

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/gzip"
	testpb "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

type observedKey struct{}

// Returns a context in which the flag says whether the latest message came compressed.
func observe(ctx context.Context) (context.Context, *bool) {
	flag := new(bool)
	return context.WithValue(ctx, observedKey{}, flag), flag
}

type compressionObserver struct{}

func (compressionObserver) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context {
	if ctx.Value(observedKey{}) == nil {
		ctx, _ = observe(ctx)
	}
	return ctx
}

func (compressionObserver) HandleRPC(ctx context.Context, event stats.RPCStats) {
	if in, ok := event.(*stats.InPayload); ok {
		*ctx.Value(observedKey{}).(*bool) = in.CompressedLength != in.Length
	}
}

func (compressionObserver) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context {
	return ctx
}

func (compressionObserver) HandleConn(context.Context, stats.ConnStats) {}

// The official server, which also looks at what requests say of compression.
type compressingServer struct {
	testpb.TestServiceServer
}

func (s *compressingServer) UnaryCall(ctx context.Context, in *testpb.SimpleRequest) (*testpb.SimpleResponse, error) {
	if err := checkCompressed(ctx, in.GetExpectCompressed()); err != nil {
		return nil, err
	}
	if err := compressReplies(ctx, in.GetResponseCompressed()); err != nil {
		return nil, err
	}
	return s.TestServiceServer.UnaryCall(ctx, in)
}

// grpc-go compresses all responses of a call or none: those of this one, if the first should be.
func (s *compressingServer) StreamingOutputCall(
	in *testpb.StreamingOutputCallRequest, stream grpc.ServerStreamingServer[testpb.StreamingOutputCallResponse],
) error {
	if wanted := in.GetResponseParameters(); len(wanted) > 0 {
		if err := compressReplies(stream.Context(), wanted[0].GetCompressed()); err != nil {
			return err
		}
	}
	return s.TestServiceServer.StreamingOutputCall(in, stream)
}

func (s *compressingServer) StreamingInputCall(
	stream grpc.ClientStreamingServer[testpb.StreamingInputCallRequest, testpb.StreamingInputCallResponse],
) error {
	return s.TestServiceServer.StreamingInputCall(checkedStream{stream})
}

type checkedStream struct {
	grpc.ClientStreamingServer[testpb.StreamingInputCallRequest, testpb.StreamingInputCallResponse]
}

func (s checkedStream) Recv() (*testpb.StreamingInputCallRequest, error) {
	in, err := s.ClientStreamingServer.Recv()
	if err == nil {
		err = checkCompressed(s.Context(), in.GetExpectCompressed())
	}
	return in, err
}

func checkCompressed(ctx context.Context, expected *testpb.BoolValue) error {
	if got := *ctx.Value(observedKey{}).(*bool); expected != nil && expected.Value != got {
		return status.Errorf(codes.InvalidArgument, "request compressed: %v", got)
	}
	return nil
}

func compressReplies(ctx context.Context, wanted *testpb.BoolValue) error {
	name := encoding.Identity
	if wanted.GetValue() {
		name = gzip.Name
	}
	return grpc.SetSendCompressor(ctx, name)
}
