// Datagrams that no DPDK sent, of the right size: any process of the same user can send them.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { Eal, mp } from "../../mod.ts";
import { frame } from "../../ffi/mp/sockets.ts";
import { assert, compileC, ealCase } from "../kit.ts";
import { openEvents, primaryPeer, SECONDARY, secondaryPeer } from "./peers.ts";
import { until } from "./time.ts";

/** `garbage SOCKET SIZE START N SEED`: says how many of the N frames are messages of each name. */
const garbage = compileC(
  `#include <stdio.h>
   #include <stdlib.h>
   #include <string.h>
   #include <sys/socket.h>
   #include <sys/un.h>
   #include <unistd.h>
   int main(int argc, char **argv)
   {
     static const int types[] = { 0, 1, 2, 3, 4, -1, 0x7fffffff }; /* 2 and 3 are replies */
     static const char *names[] = { "note", "echo", "pending", "nobody", "" };
     struct sockaddr_un to = { .sun_family = AF_UNIX }, own = { .sun_family = AF_UNIX };
     unsigned char bytes[512];
     int counts[5] = { 0 };
     if (argc < 6) return 2;
     int size = atoi(argv[2]), start = atoi(argv[3]), n = atoi(argv[4]);
     int unbound = socket(AF_UNIX, SOCK_DGRAM, 0), bound = socket(AF_UNIX, SOCK_DGRAM, 0);
     srand(atoi(argv[5]));
     snprintf(to.sun_path, sizeof(to.sun_path), "%s", argv[1]);
     snprintf(own.sun_path + 1, sizeof(own.sun_path) - 1, "garbage-%d", (int)getpid());
     if (bind(bound, (struct sockaddr *)&own, sizeof(own)) != 0) return 3;
     for (int i = 0; i < n; i++) {
       int type = types[rand() % 7], name = rand() % 7, length = rand() % 257, none = 0;
       for (int k = 0; k < size; k++) bytes[k] = rand();
       memcpy(bytes, &type, 4);
       if (name < 5) {
         memset(bytes + start, 0, 64);
         strcpy((char *)bytes + start, names[name]);
         if (type != 2 && type != 3) counts[name]++;
       } else if (name == 5) {
         memset(bytes + start, 'x', 64); /* no NUL */
       }
       memcpy(bytes + start + 64, &length, 4);
       memcpy(bytes + start + 68, &none, 4);
       if (sendto(i % 2 ? bound : unbound, bytes, size, 0, (struct sockaddr *)&to, sizeof(to)) != size)
         return 4;
     }
     printf("%d %d\\n", counts[0], counts[1]);
     return 0;
   }`,
  ["-O1"],
);

/** Sends garbage to this process; gives how much of it is a message to "note" and to "echo". */
function pelt(socket: string, seed: number): [number, number] {
  const size = frame(0, new Uint8Array(1344)).byteLength;
  const start = size === 340 ? 8 : 4;
  const args = [socket, size, start, 400, seed].map(String);
  const { status, stdout, stderr } = spawnSync(garbage, args);
  assert.equal(status, 0, `${stderr}`);
  return `${stdout}`.split(" ").map(Number) as [number, number];
}

async function survive(eal: Eal, own: string): Promise<void> {
  eal.setLogLevel("lib.eal", 2); // DPDK tells of what has no handler
  const seen = { note: 0, echo: 0 };
  const told: string[] = [];
  mp.onError = (error) => told.push(`${(error as { code: string }).code}`);
  mp.on("note", ({ param, fds }) => {
    seen.note++;
    assert.ok(param.length <= 256 && fds.length === 0);
  });
  mp.on("echo", ({ param }) => {
    seen.echo++;
    return { param };
  });
  const before = openEvents();
  let [notes, echoes] = [0, 0];
  for (const seed of [1, 2, 3]) {
    const pending = mp.request({ name: "pending" }, { timeoutMs: 500 });
    const [note, echo] = pelt(`${eal.runtimeDirectory}/${own}`, seed);
    notes += note;
    echoes += echo;
    const { sent, received, timedOut } = await pending;
    assert.deepEqual([sent, received, timedOut], [1, 0, true], "a reply of a stranger is none");
  }
  await until(() => seen.note === notes && seen.echo === echoes);
  assert.ok(notes > 0 && echoes > 0);
  // An answer has nowhere to go, as their senders have no address; a primary's DPDK hides that.
  assert.deepEqual(told, Array(eal.processType === "primary" ? 0 : echoes).fill("ECONNREFUSED"));
  assert.equal(openEvents(), before);
}

ealCase("a primary that is sent garbage goes on", async ({ args, prefix }) => {
  using eal = Eal.init(args);
  const c = await secondaryPeer(prefix);
  await c.ask("register pending silent");
  await survive(eal, "mp_socket");
  assert.deepEqual(await c.ask("request echo x 2000"), ["sent 1 received 1", "reply echo 1 x 0"]);
  await c.end();
});

ealCase("and so does a secondary", SECONDARY, async ({ args, prefix }) => {
  const c = await primaryPeer(prefix);
  await c.ask("register pending silent");
  const eal = Eal.init(args);
  const own = readdirSync(eal.runtimeDirectory).find((name) => name.startsWith("mp_socket_"))!;
  await survive(eal, own);
  assert.deepEqual(await c.ask("request echo x 2000"), ["sent 1 received 1", "reply echo 1 x 0"]);
});
