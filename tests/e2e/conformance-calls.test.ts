/**
 * Conformance, single calls: state, environment, answers, imports, limits, in both interfaces and through the unmodified
 * client. Numbers are those of spec 03 §6.4; what is expected comes from there, §1.4, §2.5, §4.2 and §5.4.
 * @module
 */
import { toBase64, utf8ToBytes } from "@enclavenet/common";
import { encodeBech32 } from "@enclavenet/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binary, body } from "../../packages/wasm-engine/test/support/binary.ts";
import { attributeOf, FAST } from "../support/localnet.ts";
import {
  type Abi,
  ask,
  data,
  events,
  failure,
  importing,
  json64,
  PROBE_OF,
  type Probe,
  run,
  Stage,
  type Step,
  text,
  wasmAttributes,
} from "../support/probe.ts";

let stage: Stage;
const probes = {} as Record<Abi, Probe>;

beforeAll(async () => {
  stage = await Stage.open();
  probes.v1 = await stage.make("probe");
  probes["v0.10"] = await stage.make("v010-probe");
});

afterAll(async () => {
  await stage?.close();
});

const base64 = (value: string): string => toBase64(utf8ToBytes(value));

/** What an import gave. */
async function outcome(abi: Abi, name: string, args: readonly (string | null)[], number?: string): Promise<string> {
  return text(await stage.execute(probes[abi], [importing(name, args, number)]));
}

async function reason(abi: Abi, steps: readonly Step[], gasLimit = 500_000) {
  return failure(await stage.execute(probes[abi], steps, { gasLimit }));
}

const trapped = (what: string) => ["compute", 3, `Execution error: Enclave: ${what}: execute contract failed`];

describe.each(["v1", "v0.10"] as const)("%s", (abi) => {
  it("#1 state: set, get, remove, get", async () => {
    const contract = probes[abi];
    await stage.execute(contract, [{ set: { key: "banana", value: "🍌" } }]);
    expect(text(await stage.execute(contract, [{ get: { key: "banana" } }]))).toBe("🍌");
    await stage.execute(contract, [{ remove: { key: "banana" } }]);
    expect(data(await stage.execute(contract, [{ get: { key: "banana" } }]))).toHaveLength(0);
  });

  it("#2 an instantiation has one wasm event with its attributes", async () => {
    const code = await stage.code(PROBE_OF[abi]);
    const tx = await stage.instantiate(code, run({ log: { key: "init", value: "🌈" } }));
    const address = attributeOf(tx, "message", "contract_address");
    const attributes = [
      ["contract_address", address],
      ["init", "🌈"],
    ];
    expect(events(tx, "wasm")).toEqual([attributes]);
  });

  it("#6 attributes may have an empty key or value", async () => {
    const steps = [{ log: { key: "my value is empty", value: "" } }, { log: { key: "", value: "my key is empty" } }];
    expect(wasmAttributes(await stage.execute(probes[abi], steps)).slice(1)).toEqual([
      ["my value is empty", ""],
      ["", "my key is empty"],
    ]);
  });

  it("#7 data: unicode, empty, none", async () => {
    const answers = async (...steps: Step[]) => text(await stage.execute(probes[abi], steps));
    expect(await answers({ data: { text: "🍆🥑🍄" } })).toBe("🍆🥑🍄");
    expect(await answers({ data: { text: "" } })).toBe("");
    expect(await answers()).toBe("");
  });

  it("#8 secp256k1_verify", async () => {
    const signature = "/hZeEYHs9trj+Akeb+7p3UAtXjcDNYP9/D/hj/ALIUAG9bfrJltxkfpMz/9Jn5K3c5QjLuvaNT2jgr7P/AEW8A==";
    const key = "A0ZGrlBHMWtCMNAIbIrOxofwCxzZ0dxjT2yzWKwKmo//";
    const hash = "ARp3VEHssUlDEwoW8AzdQYGKg90ENy8yWePKcjfjzao=";
    expect(await outcome(abi, "secp256k1_verify", [hash, signature, key])).toBe("0");
    expect(await outcome(abi, "secp256k1_verify", [hash.replace("zao=", "zas="), signature, key])).toBe("1");
  });

  it("#9 ed25519_verify", async () => {
    const key = "LO2+Bt+/FIjomSaPB+I++LXkxgxwfnrKHLyvCic72rA=";
    const signature = "8O7nwhM71/B9srKwe8Ps39z5lAsLMMs6LxdvoPk0HXjEM97TNhKbdU6gEePT2MaaIUSiMEmoG28HIZMgMRTCDg==";
    expect(await outcome(abi, "ed25519_verify", ["YXNzYWYgd2FzIGhlcmU=", signature, key])).toBe("0");
    expect(await outcome(abi, "ed25519_verify", ["YXNzYWYgd2FzIGhlcmUh", signature, key])).toBe("1");
  });

  it("#10 what a contract cannot do ends in a panic", async () => {
    expect(await reason(abi, [{ panic: {} }])).toEqual(trapped("the contract panicked"));
  });

  it("#11 a heap beyond 12 MiB: a panic when the gas is there, out of gas when not", async () => {
    expect(await reason(abi, [{ allocate: { bytes: 13_631_488 } }])).toEqual(trapped("the contract panicked"));
    const poor = await stage.execute(probes[abi], [{ allocate: { bytes: 1_073_741_824 } }], { gasLimit: 100_000 });
    expect([poor.codespace, poor.code]).toEqual(["sdk", 11]);
    expect(poor.rawLog).toMatch(/^out of gas in location: wasm contract; gasWanted: 100000, gasUsed: \d+: out of gas$/);
    const rich = await reason(abi, [{ allocate: { bytes: 1_073_741_824 } }], 9_000_000);
    expect(rich).toEqual(trapped("the contract panicked"));
  });

  it("other traps have their texts", async () => {
    expect(await reason(abi, [{ touch: { address: 0xfff0_0000 } }])).toEqual(
      trapped("the contract tried to access memory out of bounds"),
    );
    expect(await reason(abi, [{ recurse: { depth: 2_000_000_000 } }], 3_000_000)).toEqual(
      trapped("the contract has run out of space on the stack"),
    );
    expect(await reason(abi, [{ output: { text: "{}" } }])).toEqual(trapped("failed to deserialize data"));
    const spun = await stage.execute(probes[abi], [{ spin: { rounds: 4_000_000_000 } }]);
    expect([spun.codespace, spun.code]).toEqual(["sdk", 11]);
  });

  const addresses =
    abi === "v1"
      ? ["addr_validate", "addr_canonicalize", "addr_humanize"]
      : ["canonicalize_address", "humanize_address"];
  const nulls: [string, (string | null)[]][] = [
    ["db_read", [null]],
    ["db_write", [null, ""]],
    ["db_write", ["", null]],
    ["db_remove", [null]],
    ["query_chain", [null]],
    ...addresses.map((name): [string, null[]] => [name, [null]]),
    ...addresses.slice(-1).map((name): [string, (string | null)[]] => [name, [toBase64(new Uint8Array(20)), null]]),
  ];
  it.each(nulls)("#12 the null pointer in %s %j", async (name, args) => {
    expect(await reason(abi, [importing(name, args)])).toEqual(trapped("failed to read memory"));
  });

  it("errors of the contract reach its caller, and nobody else", async () => {
    const tx = await stage.execute(probes[abi], [{ fail: { text: "no 🍌" } }]);
    const error = abi === "v1" ? "Generic error: no 🍌" : '{"generic_err":{"msg":"no 🍌"}}';
    expect(failure(tx)).toEqual(["compute", 3, `${error}: execute contract failed`]);
    const seen = await stage.b.query.getTx(tx.transactionHash);
    expect(seen?.rawLog).toMatch(/: encrypted: [A-Za-z0-9+/=]+: execute contract failed$/);
    expect(seen?.rawLog).not.toContain("banana");
  });

  it("a message that is none of the contract's", async () => {
    const message = stage.message(probes[abi], []);
    message.msg = { nothing: {} };
    const [codespace, code, why] = failure(await stage.a.tx.broadcast([message], { gasLimit: 300_000, ...FAST }));
    expect([codespace, code]).toEqual(["compute", 3]);
    expect(why).toMatch(abi === "v1" ? /^Error parsing into type probe::Message: / : /^\{"parse_err":\{"msg":/);
  });
});

describe("v0.10", () => {
  it("#3 the environment is one object, with the time in seconds", async () => {
    const contract = probes["v0.10"];
    const tx = await stage.execute(contract, [{ input: { name: "env" } }], { funds: 1 });
    const seconds = (await stage.timeOf(tx.height)) / 1_000_000_000n;
    expect(text(tx)).toBe(
      `{"block":{"height":${tx.height},"time":${seconds},"chain_id":"${stage.net.ready.chain_id}"},` +
        `"message":{"sender":"${stage.a.address}","sent_funds":[{"denom":"uscrt","amount":"1"}]},` +
        `"contract":{"address":"${contract.address}"},"contract_key":null,` +
        `"contract_code_hash":"${contract.code.hash}","transaction":null}`,
    );
  });

  it("#20 canonicalize_address and humanize_address", async () => {
    const address = stage.a.address;
    const refused = (value: string) => outcome("v0.10", "canonicalize_address", [base64(value)]);
    const bytes = await refused(address);
    expect(await refused(`  ${address}\n`)).toBe(bytes);
    expect(await outcome("v0.10", "humanize_address", [bytes])).toBe(base64(address));
    expect(await refused("")).toBe("refused: input is empty");
    expect(await refused("   ")).toBe("refused: input is empty");
    expect(await refused("secret1")).toBe("refused: invalid length");
    expect(await refused(encodeBech32("cosmos", new Uint8Array(20)))).toBe('refused: wrong address prefix: "cosmos"');
    expect(await refused(changed(address))).toBe("refused: invalid checksum");
    expect(await refused(`S${address.slice(1)}`)).toBe("refused: mixed-case strings not allowed");
    expect(await refused("secretaddress")).toBe('refused: missing human-readable separator, "1"');
    expect(await outcome("v0.10", "canonicalize_address", ["/w=="])).toBe("refused: input is not valid UTF-8");
  });

  it.each([
    ["generic_err", '{"generic_err":{"msg":"text"}}'],
    ["invalid_base64", '{"invalid_base64":{"msg":"text"}}'],
    ["invalid_utf8", '{"invalid_utf8":{"msg":"text"}}'],
    ["not_found", '{"not_found":{"kind":"kind"}}'],
    ["null_pointer", '{"null_pointer":{}}'],
    ["parse_err", '{"parse_err":{"msg":"text","target":"target"}}'],
    ["serialize_err", '{"serialize_err":{"msg":"text","source":"source"}}'],
    ["unauthorized", '{"unauthorized":{}}'],
    ["underflow", '{"underflow":{"minuend":"1","subtrahend":"2"}}'],
  ])("the error %s crosses as an object, with its keys sorted", async (kind, json) => {
    expect(await reason("v0.10", [{ std_error: { kind } }])).toEqual([
      "compute",
      3,
      `${json}: execute contract failed`,
    ]);
    const code = await stage.code("v010-probe");
    const made = await stage.instantiate(code, run({ std_error: { kind } }));
    expect(failure(made)).toEqual(["compute", 2, `${json}: instantiate contract failed`]);
  });
});

/** The address with another letter in its checksum. */
const changed = (address: string): string => `${address.slice(0, -1)}${address.endsWith("q") ? "p" : "q"}`;

describe("v1", () => {
  it("#4 the environment, with the time in nanoseconds; sender and funds beside it", async () => {
    const contract = probes.v1;
    const tx = await stage.execute(contract, [{ input: { name: "info" } }, { input: { name: "env" } }], { funds: 1 });
    const random = /"random":"([A-Za-z0-9+/]{43}=)"/.exec(text(tx))?.[1];
    expect(text(tx)).toBe(
      `{"block":{"height":${tx.height},"time":"${await stage.timeOf(tx.height)}",` +
        `"chain_id":"${stage.net.ready.chain_id}","random":"${random}"},` +
        `"contract":{"address":"${contract.address}","code_hash":"${contract.code.hash}"},` +
        `"transaction":{"index":0,"hash":"${tx.transactionHash}"}}`,
    );
    const info = `{"sender":"${stage.a.address}","funds":[{"denom":"uscrt","amount":"1"}]}`;
    expect(wasmAttributes(tx)).toContainEqual(["info", info]);
  });

  it("#4 in a query there is no transaction, and the randomness is one byte of zero", async () => {
    const { address, code } = probes.v1;
    const env = await stage.query<{ block: object }>(probes.v1, [{ input: { name: "env" } }]);
    const chain_id = stage.net.ready.chain_id;
    const block = { height: expect.any(Number), time: expect.stringMatching(/^\d{19}$/), chain_id, random: "AA==" };
    expect(env).toEqual({ block, contract: { address, code_hash: code.hash }, transaction: null });
  });

  it("#4 a query that a contract asks sees its asker's block and transaction, and no randomness", async () => {
    const { address, code } = probes.v1;
    const smart = {
      contract_addr: address,
      callback_code_hash: code.hash,
      msg: json64(run({ input: { name: "env" } })),
    };
    const tx = await stage.execute(probes.v1, [ask({ wasm: { smart } })]);
    const answer = JSON.parse(text(tx)) as { Ok: { Ok: string } };
    const time = await stage.timeOf(tx.height);
    expect(Buffer.from(answer.Ok.Ok, "base64").toString()).toBe(
      `{"block":{"height":${tx.height},"time":"${time}","chain_id":"${stage.net.ready.chain_id}","random":"AA=="},` +
        `"contract":{"address":"${address}","code_hash":"${code.hash}"},` +
        `"transaction":{"index":0,"hash":"${tx.transactionHash}"}}`,
    );
  });

  it("#5 randomness has 32 bytes and differs from call to call, also within a transaction", async () => {
    const message = () => stage.message(probes.v1, [{ input: { name: "env" } }]);
    const tx = await stage.a.tx.broadcast([message(), message()], { gasLimit: 500_000, ...FAST });
    const random = (index: number) => {
      const env = JSON.parse(new TextDecoder().decode(data(tx, "execute", index))) as { block: { random: string } };
      return env.block.random;
    };
    expect(Buffer.from(random(0), "base64")).toHaveLength(32);
    expect(random(1)).not.toBe(random(0));
  });

  it("#20 addr_validate, addr_canonicalize and addr_humanize", async () => {
    const address = stage.a.address;
    const refused = (value: string) => outcome("v1", "addr_canonicalize", [base64(value)]);
    const bytes = await refused(address);
    expect(await outcome("v1", "addr_humanize", [bytes])).toBe(base64(address));
    expect(await refused("")).toBe("refused: Input is empty");
    expect(await refused(` ${address}`)).not.toBe(bytes);
    expect(await refused("secret1")).toBe("refused: invalid length");
    expect(await refused(encodeBech32("cosmos", new Uint8Array(20)))).toBe('refused: wrong address prefix: "cosmos"');
    expect(await refused(changed(address))).toBe("refused: invalid checksum");
    expect(await outcome("v1", "addr_canonicalize", ["/w=="])).toBe("refused: input is not valid UTF-8");
    const validated = (value: string) => outcome("v1", "addr_validate", [base64(value)]);
    expect(await validated(address)).toBe("0");
    expect(await validated("")).toBe("refused: Input is empty");
    expect(await validated(address.toUpperCase())).toBe("refused: Address is not normalized");
    expect(await validated(encodeBech32("cosmos", new Uint8Array(20)))).toBe("refused: Address is not normalized");
    expect(await outcome("v1", "addr_validate", ["/w=="])).toBe("refused: Input is not valid UTF-8");
  });

  it("custom events: type in front of the attributes, encrypted unless they say otherwise", async () => {
    const attributes = [
      { key: "open", value: "seen", encrypted: false },
      { key: "closed", value: "unseen" },
    ];
    const tx = await stage.execute(probes.v1, [{ event: { type: "noted", attributes } }]);
    const sealed = expect.stringMatching(/^[A-Za-z0-9+/=]{28,}$/);
    const noted = [
      ["contract_address", probes.v1.address],
      ["open", "seen"],
      [sealed, sealed],
    ];
    expect(events(tx, "wasm-noted")).toEqual([noted]);
  });

  it.each([
    [{ type: "x", attributes: [] }, "Event type too short: 'x': invalid event"],
    [
      { type: "noted", attributes: [{ key: "", value: "v", encrypted: false }] },
      "Empty attribute key. Value: v: invalid event",
    ],
    [
      { type: "noted", attributes: [{ key: "k", value: " ", encrypted: false }] },
      "Empty attribute value. Key: k: invalid event",
    ],
    [
      { type: "noted", attributes: [{ key: "_k", value: "v", encrypted: false }] },
      "Attribute key starts with reserved prefix _: '_k': invalid event",
    ],
  ])("an event that may not be: %j", async (event, why) => {
    expect(await reason("v1", [{ event }])).toEqual(["compute", 21, why]);
  });

  it("debug texts go nowhere", async () => {
    expect(await outcome("v1", "debug", [base64("hello")])).toBe("none");
  });
});

describe("#30 code that may not run", () => {
  it("memory of 513 pages is refused when it is stored", async () => {
    const tx = await stage.upload(binary({ pages: 513 }));
    expect(tx.code).toBe(15);
    expect(tx.rawLog).toContain(
      "Error during static Wasm validation: Wasm contract memory's minimum must not exceed 512 pages",
    );
  });

  it.each([
    ["memory of 193 pages", () => binary({ pages: 193 }), "failed to initialize wasm memory"],
    [
      "floating point",
      () => binary({ functions: [{ type: 0, body: body([], [0x43, 0, 0, 0, 0, 0x1a]) }] }),
      "found floating point operation in module code",
    ],
  ])("%s is refused when it is instantiated", async (_what, wasm, why) => {
    const code = await stage.store(wasm());
    const [codespace, number, log] = failure(await stage.instantiate(code, {}));
    expect([codespace, number]).toEqual(["compute", 2]);
    expect(log).toBe(`Execution error: Enclave: ${why}: instantiate contract failed`);
  });
});
