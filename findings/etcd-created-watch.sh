#!/usr/bin/env bash
# A watch in etcd that has been answered with "created" can still be cancelled by a compaction, although it has missed nothing.
#
# Version: the Go modules go.etcd.io/etcd/server/v3 and go.etcd.io/etcd/client/v3 v3.7.3, one member in the program itself.
# Guess: "created" says that the watch has its place. A compaction that comes later does not concern a watch under whose prefix nothing
#   was ever written.
# Behaviour: a watch that begins at a revision that has passed, be it the last one, is read up to the present by a task that runs every
#   100 ms. The answer "created" does not wait for that. A compaction in between cancels the watch with the revision of the compaction.
#   A watch that begins at the next revision, or that was given those 100 ms, lives on.
# In Amino: the store over etcd compacts no revision that is younger than five seconds (`store/amino_store/etcd/store.py`).
# Needs: Go 1.26 or newer.
set -euo pipefail

PINNED=v3.7.3
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
cat > main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/etcdserver/api/v3client"
)

func must(err error) {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(2)
	}
}

// Whether a watch of an empty prefix lives, which begins at the last revision plus `ahead`, when ten writes and a compaction follow its
// "created" after a pause.
func lives(client *clientv3.Client, ahead int64, pause time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	last, err := client.Put(ctx, "busy", "")
	must(err)
	watch := client.Watch(ctx, "quiet/", clientv3.WithPrefix(), clientv3.WithRev(last.Header.Revision+ahead), clientv3.WithCreatedNotify())
	if first := <-watch; !first.Created || first.Canceled {
		must(fmt.Errorf("no created: %v", first))
	}
	time.Sleep(pause)
	for range 10 {
		last, err = client.Put(ctx, "busy", "")
		must(err)
	}
	_, err = client.Compact(ctx, last.Header.Revision)
	must(err)
	time.Sleep(300 * time.Millisecond)
	_, err = client.Put(ctx, "quiet/a", "")
	must(err)
	answer := <-watch
	if answer.Canceled {
		fmt.Println("  cancelled:", answer.Err())
	}
	return !answer.Canceled
}

func main() {
	config := embed.NewConfig()
	config.Dir, config.LogLevel, config.LogOutputs = os.Args[1], "error", []string{os.Args[1] + ".log"}
	any, _ := url.Parse("http://127.0.0.1:0")
	config.ListenClientUrls, config.ListenPeerUrls = []url.URL{*any}, []url.URL{*any}
	server, err := embed.StartEtcd(config)
	must(err)
	<-server.Server.ReadyNotify()
	client := v3client.New(server.Server)
	const rounds = 20
	count := func(title string, ahead int64, pause time.Duration) int {
		alive := 0
		for range rounds {
			if lives(client, ahead, pause) {
				alive++
			}
		}
		fmt.Printf("%s: %d of %d lived\n", title, alive, rounds)
		return alive
	}
	last := count("from the last revision, compaction at once", 0, 0)
	later := count("from the last revision, compaction after 0.5 s", 0, 500*time.Millisecond)
	next := count("from the next revision, compaction at once", 1, 0)
	if last > rounds/2 || later != rounds || next != rounds {
		fmt.Println("this has changed")
		os.Exit(1)
	}
	os.Exit(0)
}
GO
go mod init finding > /dev/null 2>&1
go get "go.etcd.io/etcd/server/v3@$PINNED" "go.etcd.io/etcd/client/v3@$PINNED" > go.log 2>&1 || { tail -3 go.log; echo "cannot take etcd $PINNED"; exit 2; }
go build -o finding . > go.log 2>&1 || { tail -5 go.log; exit 2; }
./finding "$folder/data"
echo "as seen with etcd $PINNED"
