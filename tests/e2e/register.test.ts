/**
 * `enclavenet init` and `register` as an operator uses them: killed at every step and gone on with, refused for what is not right, and
 * told what to do. Spec 01 §3, §8.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromBase64, toBase64 } from "@enclavenet/common";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type KillingProxy, type KillPoint, killingProxy } from "../support/killing-proxy.ts";
import { type Localnet, MNEMONICS, startLocalnet } from "../support/localnet.ts";
import { below, type Ended, runCommand, startCommand, temporaryFolder } from "../support/processes.ts";

// Every test runs commands with enclaves.
vi.setConfig({ testTimeout: 90_000 });

const folder = temporaryFolder("register");
const at = (name: string): string => join(folder, name);
const mnemonicFile = at("mnemonic");

let net: Localnet;
let genesis: Uint8Array;

beforeAll(async () => {
  net = await startLocalnet(["--home", at("leader")]);
  genesis = new Uint8Array(readFileSync(at("leader/config/genesis.json")));
  writeFileSync(mnemonicFile, `${MNEMONICS.b}\n`);
});

afterAll(async () => {
  await net?.stop("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const register = (home: string, ...args: readonly string[]) => [
  ...["register", "--json", "--home", at(home), "--mnemonic-file", mnemonicFile, "--node", net.ready.rpc],
  ...args,
];

const lines = ({ stdout }: Ended) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** One byte changed. */
const flipped = (base64: string): string =>
  toBase64(fromBase64(base64).map((byte, i) => (i === 200 ? byte ^ 1 : byte)));

async function get(path: string): Promise<Record<string, Record<string, string>>> {
  return (await (await fetch(`${net.ready.rest}${path}`)).json()) as Record<string, Record<string, string>>;
}

/** How many transactions the account that pays has sent. */
async function sequenceOf(address: string): Promise<number> {
  return Number((await get(`/cosmos/auth/v1beta1/accounts/${address}`)).account?.sequence ?? 0);
}

const PAYER = "secret1fc3fzy78ttp0lwuujw7e52rhspxn8uj52zfyne";

describe("a registration that is killed", () => {
  const snapshots: string[] = [];
  let proxy: KillingProxy;

  /** What a stop in the middle may leave of the file: each state that it was in while the node was asked. */
  function keepFile(): void {
    const path = at("killed/data/registration.json");
    if (!existsSync(path)) return;
    const last = snapshots.at(-1);
    if (last !== undefined && readFileSync(last).equals(readFileSync(path))) return;
    const copy = at(`registration-${snapshots.length}.json`);
    copyFileSync(path, copy);
    snapshots.push(copy);
  }

  const POINTS: readonly (KillPoint & { readonly step: string })[] = [
    { step: "before anything", text: "status", when: "before" },
    { step: "evidence", text: "registration.v1.Query/Node", when: "before" },
    { step: "transaction, asking for the account", text: "auth.v1beta1.Query/Account", when: "after" },
    { step: "wait, before the transaction is out", text: "broadcast_tx_sync", when: "before" },
    { step: "wait, when it is out", text: "broadcast_tx_sync", when: "after" },
    { step: "seal, with the seeds in hand", text: "Query/EncryptedSeed", when: "after" },
    { step: "confirm", text: "auth.v1beta1.Query/Account", when: "before" },
    { step: "wait-confirm, before the transaction is out", text: "broadcast_tx_sync", when: "before" },
    { step: "wait-confirm, when it is out", text: "broadcast_tx_sync", when: "after" },
  ];

  beforeAll(async () => {
    proxy = await killingProxy(net.ready.rpc, keepFile);
    expect((await runCommand(["init", "--home", at("killed"), "--join", proxy.url])).code).toBe(0);
  }, 60_000);

  afterAll(() => proxy?.close());

  it.each(POINTS)("in $step: ends there", async (point) => {
    const { process, ended } = startCommand(register("killed", "--node", proxy.url));
    proxy.arm(point, () => process.kill("SIGKILL"));
    expect((await ended).signal).toBe("SIGKILL");
  });

  it("goes on to the end, and has paid twice: once to register, once to confirm", async () => {
    const done = await runCommand(register("killed", "--node", proxy.url));
    expect([done.stderr, done.code]).toEqual(["", 0]);
    const last = lines(done).at(-1) as { node_id: string; registered_height: number; confirmed_height: number };
    expect(last).toMatchObject({ event: "registered" });
    expect(last.confirmed_height).toBeGreaterThan(last.registered_height);
    expect(await sequenceOf(PAYER)).toBe(2);
    expect(existsSync(at("killed/data/registration.json"))).toBe(false);
  });

  it("is at its end also where the file of any earlier moment is put back", async () => {
    // With the certificate alone, and with each of the two signed transactions.
    expect(snapshots.length).toBe(3);
    for (const snapshot of snapshots) {
      copyFileSync(snapshot, at("killed/data/registration.json"));
      const again = await runCommand(register("killed"));
      expect([again.code, lines(again).map(({ event }) => event)]).toEqual([0, ["registered"]]);
    }
    expect(await sequenceOf(PAYER)).toBe(2);
  });
});

describe("a registration", () => {
  it("signs anew when its account has sent something else, and not what the chain has already", async () => {
    expect((await runCommand(["init", "--home", at("stale"), "--join", net.ready.rpc])).code).toBe(0);
    const proxy = await killingProxy(net.ready.rpc, () => {});
    const { process, ended } = startCommand(register("stale", "--node", proxy.url));
    proxy.arm({ text: "broadcast_tx_sync", when: "before" }, () => process.kill("SIGKILL"));
    await ended;
    proxy.close();
    const before = await sequenceOf(PAYER);
    expect((await runCommand(["init", "--home", at("other"), "--join", net.ready.rpc])).code).toBe(0);
    expect((await runCommand(register("other"))).code).toBe(0);
    const done = await runCommand(register("stale"));
    expect([done.stderr, done.code]).toEqual(["", 0]);
    expect(lines(done).map(({ step }) => step)).toEqual([
      ...["wait", "transaction", "wait", "seal", "confirm", "wait-confirm"],
      undefined,
    ]);
    expect(await sequenceOf(PAYER)).toBe(before + 4);
  });

  it("quotes anew where the certificate of an earlier run no longer holds, before anybody pays", async () => {
    expect((await runCommand(["init", "--home", at("outdated"), "--join", net.ready.rpc])).code).toBe(0);
    // Ends behind the evidence: this account cannot pay.
    writeFileSync(at("broke"), "22".repeat(32));
    const broke = ["--home", at("outdated"), "--key-file", at("broke"), "--node", net.ready.rpc];
    expect((await runCommand(["register", ...broke])).stderr).toContain("cannot pay");
    const path = at("outdated/data/registration.json");
    const kept = JSON.parse(readFileSync(path, "utf8")) as { certificate: string };
    writeFileSync(path, JSON.stringify({ ...kept, certificate: flipped(kept.certificate) }));
    const before = await sequenceOf(PAYER);
    const done = await runCommand(register("outdated"));
    expect([done.stderr, lines(done).map(({ step }) => step)[0]]).toEqual(["", "evidence"]);
    expect(await sequenceOf(PAYER)).toBe(before + 2);
  });

  it.each<[string, string, () => readonly string[]]>([
    ["nobody who pays", "--mnemonic-file FILE", () => ["register", "--home", at("poor"), "--node", net.ready.rpc]],
    [
      "an account without coins",
      "cannot pay",
      () => ["register", "--home", at("poor"), "--key-file", at("poor-key"), "--node", net.ready.rpc],
    ],
    ["a fee below the network's", "--gas-price", () => register("poor", "--gas-price", "0.0001")],
    ["no node behind the URL", "does not answer", () => register("poor", "--node", "http://127.0.0.1:1")],
    ["what is no mnemonic", "English words", () => register("poor", "--mnemonic-file", at("poor-key"))],
    ["no network in the home", "init --home DIR --join", () => register("nothing")],
    ["the first node of the network", "needs no registration", () => register("founder")],
  ])("with %s says: %s", async (_what, said, args) => {
    if (!existsSync(at("poor"))) {
      expect((await runCommand(["init", "--home", at("poor"), "--join", net.ready.rpc])).code).toBe(0);
      writeFileSync(at("poor-key"), "11".repeat(32));
      const founder = ["init", "--home", at("founder"), "--chain-id", net.ready.chain_id, "--test-accounts"];
      expect((await runCommand(founder)).code).toBe(0);
    }
    const { code, stderr } = await runCommand(args());
    expect([code, stderr]).toEqual([1, expect.stringContaining(said)]);
  });

  it("from a machine that is not on the network's list waits for the authority", async () => {
    writeFileSync(at("authority"), MNEMONICS.validator);
    const machines = (...args: readonly string[]) =>
      runCommand(["machines", "--node", net.ready.rpc, "--mnemonic-file", at("authority"), ...args]);
    expect((await runCommand(["init", "--home", at("listed"), "--join", net.ready.rpc])).code).toBe(0);
    expect((await machines("--list", "on")).stdout).toContain("only machines of the list");
    const refused = await runCommand(register("listed"));
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("the machine is not on the list")]);
    const id = lines(refused).find(({ step }) => step === "evidence")?.machine_id as string;
    const stranger = await runCommand([
      "machines",
      ...["--list", "off", "--node", net.ready.rpc, "--mnemonic-file", mnemonicFile],
    ]);
    expect([stranger.code, stranger.stderr]).toEqual([1, expect.stringContaining("authority may change the list")]);
    expect((await machines("--allow", id, "--list", "on")).code).toBe(0);
    const done = await runCommand(register("listed"));
    expect([done.stderr, lines(done).map(({ step }) => step)[0]]).toEqual(["", "transaction"]);
    expect((await machines("--list", "off")).stdout).toContain("all machines");
  });

  it("of another network than the node's says so", async () => {
    const other = ["init", "--home", at("elsewhere"), "--chain-id", "other-1", "--test-accounts"];
    expect((await runCommand(other)).code).toBe(0);
    const { code, stderr } = await runCommand(register("elsewhere"));
    expect([code, stderr]).toEqual([1, expect.stringContaining('one of "secretdev-1", the home of other-1')]);
  });
});

describe("init of a node that joins", () => {
  type Document = {
    app_state: { register: { io_exch_key: { bytes: string } }; nodes: { evidence?: { certificate: string } } };
    validators: { power: string }[];
    genesis_time: string;
  };

  /** Changes the document; gives the file. */
  function changed(name: string, change: (document: Document) => void): string {
    const document = JSON.parse(new TextDecoder().decode(genesis)) as Document;
    change(document);
    writeFileSync(at(name), JSON.stringify(document));
    return at(name);
  }

  it.each<[string, string, (document: Document) => void]>([
    [
      "another io key",
      "report_data",
      ({ app_state: { register } }) => {
        register.io_exch_key.bytes = toBase64(new Uint8Array(32).fill(9));
      },
    ],
    [
      "a quote that was changed",
      "signature",
      ({ app_state: { nodes } }) => {
        if (nodes.evidence !== undefined) nodes.evidence.certificate = flipped(nodes.evidence.certificate);
      },
    ],
    [
      "other validators",
      "other validators",
      ({ validators }) => {
        if (validators[0] !== undefined) validators[0].power = "7";
      },
    ],
    [
      "no evidence",
      "no node can join",
      ({ app_state: { nodes } }) => {
        delete nodes.evidence;
      },
    ],
    [
      "a time at which the evidence was not valid yet",
      "does not hold",
      (document) => {
        document.genesis_time = "2001-01-01T00:00:00Z";
      },
    ],
  ])("refuses a document with %s, and keeps nothing of it", async (name, said, change) => {
    const file = changed(`genesis of ${name}`, change);
    const { code, stderr } = await runCommand(["init", "--home", at(`home of ${name}`), "--join", file]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(said)]);
    expect(existsSync(at(`home of ${name}`)) ? below(at(`home of ${name}`)) : []).not.toContain("config/genesis.json");
  });

  it("takes the document from a file, does it again without harm, and overwrites no network", async () => {
    const file = at("leader/config/genesis.json");
    const first = await runCommand(["init", "--json", "--home", at("file"), "--join", file]);
    expect(lines(first)).toMatchObject([{ event: "initialized", chain_id: "secretdev-1" }]);
    expect((await runCommand(["init", "--home", at("file"), "--join", file])).code).toBe(0);
    const other = await runCommand(["init", "--home", at("file"), "--chain-id", "other-1", "--test-accounts"]);
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining("never overwritten")]);
    expect(readdirSync(at("file/enclave"))).not.toContain("keychain.sealed");
  });

  it("wants a network to begin or one to join, and coins for a new one", async () => {
    const neither = await runCommand(["init", "--home", at("neither")]);
    const noCoins = await runCommand(["init", "--home", at("neither"), "--chain-id", "x-1"]);
    expect([neither.stderr, noCoins.stderr]).toEqual([
      expect.stringContaining("--join URL_OR_FILE"),
      expect.stringContaining("--test-accounts"),
    ]);
    expect(existsSync(at("neither"))).toBe(false);
  });
});
