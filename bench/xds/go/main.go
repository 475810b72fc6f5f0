// go-control-plane's linear cache: 1,000 resources of 100 endpoints; a line of input changes the first.
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func main() {
	all := map[string]types.Resource{}
	for i := 0; i < 1000; i++ {
		name := fmt.Sprintf("cluster-%d", i)
		all[name] = assignment(name, 0)
	}
	linear := cache.NewLinearCache(resource.EndpointType, cache.WithInitialResources(all))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	grpcServer := grpc.NewServer(grpc.MaxConcurrentStreams(1000000))
	discovery.RegisterAggregatedDiscoveryServiceServer(grpcServer, server.NewServer(context.Background(), linear, nil))
	go grpcServer.Serve(listener)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	count := 0
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		count++
		if err := linear.UpdateResource("cluster-0", assignment("cluster-0", count)); err != nil {
			panic(err)
		}
	}
}

func assignment(name string, content int) *endpoint.ClusterLoadAssignment {
	endpoints := make([]*endpoint.LbEndpoint, 100)
	for i := range endpoints {
		weight := uint32(1)
		if i == 0 {
			weight += uint32(content)
		}
		address := &core.SocketAddress{
			Address:       fmt.Sprintf("10.0.0.%d", i),
			PortSpecifier: &core.SocketAddress_PortValue{PortValue: 50051},
		}
		endpoints[i] = &endpoint.LbEndpoint{
			LoadBalancingWeight: wrapperspb.UInt32(weight),
			HostIdentifier: &endpoint.LbEndpoint_Endpoint{Endpoint: &endpoint.Endpoint{
				Address: &core.Address{Address: &core.Address_SocketAddress{SocketAddress: address}},
			}},
		}
	}
	return &endpoint.ClusterLoadAssignment{
		ClusterName: name,
		Endpoints:   []*endpoint.LocalityLbEndpoints{{Locality: &core.Locality{}, LbEndpoints: endpoints}},
	}
}
