import { chmodSync, chownSync, existsSync, mkdirSync, rmdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  assert,
  describe,
  outcome,
  runtimeName,
  spawnProgram,
  spawnScript,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { homeOf, NOBODY, peerCommand, scriptCommand, spawnNobody, whyNot } from "./nobody.ts";
import { ready, refusal, startEal } from "./start.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/directory.ts", import.meta.url));
const PROCESS = fileURLToPath(new URL("./fixtures/process.ts", import.meta.url));
const skip = whyNot(SCRIPT);

type Environment = Readonly<Record<string, string | undefined>>;

/** What EAL of a program in C does: the directory that it has, or could not make. */
async function inC(home: string, prefix: string, env: Environment, root: boolean): Promise<string> {
  const usual = ["-l", "0", "--no-pci", "--no-telemetry", "--no-huge", "-m", "16"];
  const command = peerCommand(home, "eal_facts", ...usual, `--file-prefix=${prefix}`);
  const child = root
    ? spawnProgram(command[0]!, command.slice(1), { env })
    : spawnNobody(home, command, env);
  child.stdin.end();
  const result = await child.result;
  const made = /^runtimeDirectory (.*)$/m.exec(result.stdout)?.[1];
  const refused = /Error creating '(.*?)'/.exec(result.stderr)?.[1];
  assert.equal(made !== undefined || refused !== undefined, true, outcome(result));
  if (made !== undefined) rmSync(made, { recursive: true });
  return made ?? `${refused}/${prefix}`;
}

/** Where the library looks. */
async function ours(
  home: string,
  prefix: string,
  env: Environment,
  root: boolean,
): Promise<string> {
  const child = root
    ? spawnScript(runtimeName, SCRIPT, [prefix], { env })
    : spawnNobody(home, scriptCommand(SCRIPT, prefix), env);
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  return result.stdout.trim();
}

describe("the runtime directory is EAL's", () => {
  for (const root of [true, false]) {
    test(`for ${root ? "root" : "another user"}, whatever is set`, { skip }, async (context) => {
      const home = homeOf(context);
      const [service, session] = [`${home}/service`, `${home}/session`];
      for (const path of [service, session]) {
        mkdirSync(path);
        chownSync(path, NOBODY, NOBODY);
      }
      const before = existsSync("/tmp/dpdk");
      context.cleanup(() => before || !existsSync("/tmp/dpdk") || rmdirSync("/tmp/dpdk"));
      const cases: readonly (readonly [Environment, string | undefined])[] = [
        [{ RUNTIME_DIRECTORY: service, XDG_RUNTIME_DIR: session }, service],
        [{ RUNTIME_DIRECTORY: undefined, XDG_RUNTIME_DIR: session }, root ? "/var/run" : session],
        [{ RUNTIME_DIRECTORY: undefined, XDG_RUNTIME_DIR: undefined }, root ? "/var/run" : "/tmp"],
        [{ RUNTIME_DIRECTORY: undefined, XDG_RUNTIME_DIR: "" }, root ? "/var/run" : ""],
        [{ RUNTIME_DIRECTORY: `${home}/none` }, `${home}/none`],
      ];
      for (const [env, expected] of cases) {
        const prefix = uniquePrefix("runtime");
        const directory = `${expected}/dpdk/${prefix}`;
        assert.equal(await inC(home, prefix, env, root), directory);
        assert.equal(await ours(home, prefix, env, root), directory);
      }
    });
  }
});

describe("a runtime directory", () => {
  const options = ["-l", "0", "--no-pci", "--no-huge", "-m", "16"];

  function directory({ cleanup }: TestContext, prefix: string): { home: string; path: string } {
    const home = homeOf({ cleanup });
    mkdirSync(`${home}/dpdk/${prefix}`, { recursive: true, mode: 0o700 });
    return { home, path: `${home}/dpdk/${prefix}` };
  }

  test("that others can write to is refused", async (context) => {
    const prefix = uniquePrefix("open");
    const { home, path } = directory(context, prefix);
    const args = [...options, `--file-prefix=${prefix}`];
    for (const open of [path, `${home}/dpdk`]) {
      chmodSync(open, 0o770);
      const { name, message } = await refusal(args, { env: { RUNTIME_DIRECTORY: home } });
      assert.equal(name, "DpdkError");
      assert.equal(
        message,
        `Cannot use the runtime directory ${open}: other users can write to it, and so to this ` +
          `process's memory; chmod go-w ${open}`,
      );
      chmodSync(open, 0o755);
    }
  });

  test("is that of rte where no file prefix is named", async (context) => {
    const env = { RUNTIME_DIRECTORY: homeOf(context) };
    const first = startEal(options, { env });
    const { runtimeDirectory } = await ready(first);
    assert.equal(runtimeDirectory, `${env.RUNTIME_DIRECTORY}/dpdk/rte`);
    const { message } = await refusal(options, { env });
    assert.match(message, /as the primary of file prefix "rte": another primary is running/);
    first.stdin.end();
    assert.equal((await first.result).code, 0);
  });

  test("that is another user's is refused to all but root", { skip }, async (context) => {
    const prefix = uniquePrefix("theirs");
    const { home, path } = directory(context, prefix);
    chownSync(path, NOBODY - 1, NOBODY - 1);
    chmodSync(`${home}/dpdk`, 0o755);
    const args = JSON.stringify([...options, `--file-prefix=${prefix}`]);
    const child = spawnNobody(home, scriptCommand(PROCESS, args));
    child.stdin.end();
    const [, error] = await child.waitForLine(/^ERROR (.*)$/);
    assert.match(
      JSON.parse(error!).message,
      /: it is another user's \(uid 65533\), who could .*; set XDG_RUNTIME_DIR or RUNTIME_DIRECTORY/,
    );
  });
});
