// Command client calls a service as grpc-go finds it by xDS, and prints the version that answers each call.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	_ "google.golang.org/grpc/xds"
)

// bytesCodec leaves messages as they are.
type bytesCodec struct{}

func (bytesCodec) Marshal(value any) ([]byte, error) { return *value.(*[]byte), nil }

func (bytesCodec) Unmarshal(data []byte, value any) error {
	*value.(*[]byte) = append([]byte(nil), data...)
	return nil
}

func (bytesCodec) Name() string { return "proto" }

func main() {
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(bytesCodec{}), grpc.WaitForReady(true)),
	}
	connection, err := grpc.NewClient("xds:///test.rpc.Orders", options...)
	if err != nil {
		fmt.Println("!", err)
		return
	}
	go func() {
		_, _ = os.Stdin.Read(make([]byte, 1)) // the test closes it to end this
		os.Exit(0)
	}()
	for {
		if author, err := call(connection); err != nil {
			fmt.Println("!", err)
		} else {
			fmt.Println(author)
		}
	}
}

func call(connection *grpc.ClientConn) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	request, answer := []byte{}, []byte{}
	if err := connection.Invoke(ctx, "/test.rpc.Orders/Echo", &request, &answer); err != nil {
		return "", err
	}
	return string(answer[2:]), nil // Order.author is field 2: its tag, its length and its text
}
