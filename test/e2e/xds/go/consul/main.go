// Command consul registers, queries and deregisters with Consul's own client, and prints what it was told.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/hashicorp/consul/api"
)

func main() {
	client, err := api.NewClient(&api.Config{Address: os.Args[1], Token: os.Args[2]})
	check(err)
	agent := client.Agent()
	check(agent.ServiceRegister(&api.AgentServiceRegistration{
		ID:      "orders-1",
		Name:    "orders",
		Address: "10.0.0.1",
		Port:    50051,
		Tags:    []string{"v1"},
		Meta:    map[string]string{"zone": "a"},
		Check:   &api.AgentServiceCheck{TTL: "30s"},
	}))
	healthy, meta := passing(client, 0)
	fmt.Println("registered", healthy)
	check(agent.UpdateTTL("service:orders-1", "ok", api.HealthPassing))
	for healthy == 0 {
		healthy, meta = passing(client, meta.LastIndex)
	}
	fmt.Println("passing", healthy)

	done := make(chan int)
	go func(index uint64) {
		healthy, _ := passing(client, index)
		done <- healthy
	}(meta.LastIndex)
	time.Sleep(200 * time.Millisecond)
	check(agent.UpdateTTL("service:orders-1", "no disk", api.HealthCritical))
	fmt.Println("critical", <-done)

	services, err := agent.Services()
	check(err)
	own := services["orders-1"]
	fmt.Println("agent", own.Service, own.Address, own.Port, own.Tags, own.Meta["zone"])
	names, _, err := client.Catalog().Services(nil)
	check(err)
	fmt.Println("catalog", names["orders"])
	entries, _, err := client.Catalog().Service("orders", "v1", nil)
	check(err)
	fmt.Println("instances", entries[0].ServiceID, entries[0].ServiceAddress, entries[0].ServicePort)
	check(agent.EnableServiceMaintenance("orders-1", "upgrade"))
	check(agent.DisableServiceMaintenance("orders-1"))
	check(agent.ServiceDeregister("orders-1"))
	healthy, _ = passing(client, 0)
	fmt.Println("gone", healthy)
}

func passing(client *api.Client, index uint64) (int, *api.QueryMeta) {
	options := &api.QueryOptions{WaitIndex: index, WaitTime: 10 * time.Second}
	entries, meta, err := client.Health().Service("orders", "", true, options)
	check(err)
	return len(entries), meta
}

func check(err error) {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}
