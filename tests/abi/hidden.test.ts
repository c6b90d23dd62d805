import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { installation } from "../../ffi/abi/mod.ts";
import { assert, outcome, test } from "../kit.ts";
import { cannotHide as skip, hidden } from "./hidden.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/find.ts", import.meta.url));

const here = installation();

/** Runs find.ts where the linker finds no librte_eal; shell commands may run before. */
async function findHidden(before: string): Promise<Record<string, unknown>> {
  const result = await hidden(SCRIPT, before);
  assert.equal(result.code, 0, outcome(result));
  return JSON.parse(result.stdout);
}

test("no DPDK at all is refused, and how to install it is said", { skip }, async () => {
  const { name, message } = await findHidden("");
  assert.equal(name, "DpdkError");
  assert.match(
    String(message),
    /^Cannot find DPDK: there is no librte_eal\.so\.N; install DPDK \(.*apt-get install dpdk/,
  );
  assert.match(String(message), /set DPDK_LIB_DIR/);
});

test("a linker cache from before DPDK was removed changes nothing", { skip }, async () => {
  const stale = `printf 'librte_eal.so.${here.abi.number}\\000' > "$W/cache"`;
  assert.match(String((await findHidden(stale))["message"]), /there is no librte_eal\.so\.N/);
});

test(
  "a DPDK of an unknown ABI in the linker's cache is refused by its number",
  { skip },
  async () => {
    const { message } = await findHidden(`printf 'librte_eal.so.22\\000' > "$W/cache"`);
    assert.match(
      String(message),
      /^Cannot use DPDK: the DPDK of this host is of ABI 22; dpdk\.ts /,
    );
  },
);

test("an unknown ABI in a usual directory is refused by its number, too", { skip }, async () => {
  const { name, message } = await findHidden(`: > "$LIBS/librte_eal.so.24"`);
  assert.equal(name, "DpdkError");
  assert.match(String(message), /the DPDK of this host is of ABI 24; dpdk\.ts knows ABI 26 /);
});

test("pkg-config's libdpdk.pc is looked at, in PKG_CONFIG_PATH first", { skip }, async () => {
  const found = await findHidden(`
    printf 'libdir=%s\\n' "$W/real" > "$W/pc/libdpdk.pc"
    export PKG_CONFIG_PATH="/no/such:$W/pc"
  `);
  assert.equal(found["how"], "pkg-config");
  assert.match(String(found["directory"]), /\/real$/);
});

test(
  "libdpdk.pc is looked for in the usual directories, and before the libraries",
  { skip },
  async () => {
    const found = await findHidden(`
    printf 'libdir=%s\\n' "$W/real" > "$LIBS/pkgconfig/libdpdk.pc"
    mount -t tmpfs none /opt
    mkdir /opt/dpdk
    ln -s "$W/real" /opt/dpdk/lib
  `);
    assert.equal(found["how"], "pkg-config");
    assert.match(String(found["directory"]), /\/real$/);
  },
);

test("the usual directories are looked at", { skip }, async () => {
  const found = await findHidden(`
    mount -t tmpfs none /opt
    mkdir /opt/dpdk
    ln -s "$W/real" /opt/dpdk/lib
  `);
  assert.deepEqual(found, {
    directory: "/opt/dpdk/lib",
    abi: { ...here.abi },
    how: "usual directory",
  });
});

for (const directory of ["lib64", "lib", `lib/${basename(here.directory)}`]) {
  test(
    `/usr/local/${directory} is looked at, and a stranger elsewhere does not matter`,
    { skip },
    async () => {
      const found = await findHidden(`
      mkdir "$W/local" "$W/local_work"
      mount -t overlay -o "lowerdir=/usr/local,upperdir=$W/local,workdir=$W/local_work" none /usr/local
      mkdir -p "/usr/local/${directory}"
      mount --bind "$W/real" "/usr/local/${directory}"
      : > "$LIBS/librte_eal.so.24"
    `);
      assert.deepEqual([found["directory"], found["how"]], [
        ...[`/usr/local/${directory}`, "usual directory"],
      ]);
    },
  );
}

test("LD_LIBRARY_PATH is the dynamic linker's", { skip }, async () => {
  const found = await findHidden(`export LD_LIBRARY_PATH="$W/real"`);
  assert.equal(found["how"], "dynamic linker");
  assert.match(String(found["directory"]), /\/real$/);
});
