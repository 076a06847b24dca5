/**
 * The calls whose gas is reckoned: contracts of the repository and the small guest, in both interfaces; successes, refusals,
 * traps, sub-messages, nested queries, and running out of gas.
 * @module
 */
import { readFileSync } from "node:fs";
import { type Abi, ask, guestWasm } from "./guest.ts";
import { type Contract, type ExecuteOptions, OTHER, OWNER, type Scenario } from "./scenario.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");

function artifact(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../contracts/artifacts/${name}.wasm`, import.meta.url)));
}

const execute = (abi: Abi, contract: Contract, msg: unknown): unknown => ({
  wasm: {
    execute: {
      contract_addr: contract.address,
      [abi === "v1" ? "code_hash" : "callback_code_hash"]: hex(contract.codeHash),
      ...{ msg: base64(msg), send: [] },
    },
  },
});

/** What the guest returns to have `messages` sent. */
function response(abi: Abi, messages: readonly unknown[], reply_on = "never"): string {
  if (abi === "v0.10") return JSON.stringify({ Ok: { messages, log: [], data: null } });
  const submessages = messages.map((msg, id) => ({ id, msg, gas_limit: null, reply_on }));
  return JSON.stringify({ Ok: { messages: submessages, attributes: [], events: [], data: null } });
}

/** The guest in one interface: imports, instructions, failures. */
export function guestCalls(scenario: Scenario, abi: Abi, counter: Contract): void {
  const code = scenario.store(`guest ${abi}`, guestWasm(abi));
  const guest = scenario.instantiate(`${abi}: init`, code, ask("n"));
  const second = scenario.instantiate(`${abi}: init that writes 40 bytes`, code, ask("w", 40), 1_000);
  const run = (what: string, text: string, options?: ExecuteOptions) =>
    scenario.execute(`${abi}: ${what}`, guest, text, options);
  scenario.refused(`${abi}: init that traps`, code, ask("u"));
  scenario.instantiate(`${abi}: init that reads a missing record 3 times`, code, ask("r", 3));
  run("nothing", ask("n"));
  run("with funds", ask("n"), { funds: 17 });
  run("read of a missing record", ask("r", 1));
  run("write 100 bytes", ask("w", 100));
  run("write nothing", ask("w", 0));
  run("write 1000 bytes", ask("w", 1000));
  run("5 reads", ask("r", 5));
  run("5 reads, sent ahead", ask("r", 5));
  run("two writes of one record, and a read", ask("t", 77));
  run("remove, and a read", ask("d"));
  run("remove of a missing record", ask("d"));
  run("memory.grow 3", ask("g", 3));
  run("memory.grow beyond the maximum", ask("g", 200));
  run("memory.grow that is too dear", ask("g", 100_000), { gas: 200_000n });
  run("a loop of 1000", ask("l", 1000));
  run("a loop beyond the gas", ask("l", 100_000_000), { gas: 100_000n });
  run("verifications", ask("v"));
  run("signatures with a bad key", ask("s", 0, "short"));
  run("signatures", ask("s", 0, "0123456789abcdef0123456789abcdef"));
  run("recovery", ask("p", 1));
  run("an empty batch", ask("b"));
  run("addresses", ask("a", 0, OTHER.text));
  run("addresses that are none", ask("a", 0, "secret1qqqq"));
  run("bytes to an address", ask("h"));
  run("unreachable", ask("u"));
  run("out of bounds", ask("o"));
  run("division by zero", ask("z"));
  run("a null pointer", ask("k"));
  run("output that is none", ask("m", 0, "nonsense"));
  run("output with an error", ask("m", 0, '{"Err":{"generic_err":{"msg":"no"}}}'));
  scenario.execute(`${abi}: another code hash`, guest, ask("n"), { codeHash: new Uint8Array(32) });
  const bank = { bank: { balance: { address: OTHER.text, denom: "uscrt" } } };
  run("a query of the bank", ask("q", 0, JSON.stringify(bank)));
  const smart = (msg: string, contract: Contract = second) => ({
    wasm: {
      smart: {
        ...{ contract_addr: contract.address, callback_code_hash: hex(contract.codeHash) },
        msg: Buffer.from(msg).toString("base64"),
      },
    },
  });
  run("a query of a contract that reads", ask("q", 0, JSON.stringify(smart(ask("r", 2)))));
  run("a query of a contract that fails", ask("q", 0, JSON.stringify(smart(ask("u")))));
  run(
    "a query of a contract that queries itself",
    ask("q", 0, JSON.stringify(smart(ask("q", 0, JSON.stringify(smart(ask("n"))))))),
  );
  run("a query that is none", ask("q", 0, '{"nothing":{}}'));
  const pay = {
    bank: { send: { from_address: guest.address, to_address: OTHER.text, amount: [{ denom: "uscrt", amount: "5" }] } },
  };
  run("coins sent", ask("m", 0, response(abi, [pay])));
  run(
    "coins that are not there",
    ask(
      "m",
      0,
      response(abi, [{ bank: { send: { ...pay.bank.send, amount: [{ denom: "uscrt", amount: "999999" }] } } }]),
    ),
  );
  run(
    "two messages to a contract",
    ask("m", 0, response(abi, [execute(abi, counter, { increment: {} }), execute(abi, counter, { add: { n: 3 } })])),
  );
  run("a message that fails", ask("m", 0, response(abi, [execute(abi, counter, { fail: { text: "no" } })])));
  scenario.executeAll(`${abi}: two messages in one transaction`, [
    [guest, ask("w", 5)],
    [second, ask("r", 1)],
  ]);
  if (abi === "v1") {
    for (const [what, emitted, replyOn] of [
      ["reply to an execution", execute(abi, counter, { increment: {} }), "always"],
      ["reply to coins sent", pay, "success"],
      ["no reply to a success", execute(abi, counter, { increment: {} }), "error"],
    ] as const) {
      run(what, ask("m", 0, response(abi, [emitted], replyOn)));
    }
    const failing = execute(abi, counter, { fail: { text: "no" } });
    run(
      "reply to a failure, and to a success",
      ask("m", 0, response(abi, [failing, execute(abi, counter, { add: { n: 1 } })], "always")),
    );
  }
  scenario.migrate(`${abi}: migration`, guest, code, ask("n"));
  scenario.migrate(`${abi}: migration that writes 40 bytes`, guest, code, ask("w", 40));
  scenario.migrate(`${abi}: migration that reads 3 times`, guest, code, ask("r", 3));
  scenario.migrate(`${abi}: migration that traps`, guest, code, ask("u"));
  run("after the migrations", ask("r", 2));
  scenario.query(`${abi}: query`, guest, ask("n"));
  scenario.query(`${abi}: query that reads 3 times`, guest, ask("r", 3));
  scenario.query(`${abi}: query that writes`, guest, ask("w", 3));
  scenario.query(`${abi}: query that removes`, guest, ask("d"));
}

/** The contracts of the repository. */
export function artifactCalls(scenario: Scenario): Contract {
  const code = scenario.store("counter", artifact("counter"));
  const counter = scenario.instantiate("counter: init", code, { count: 5 });
  const other = scenario.instantiate("counter: init of another", code, { count: 1 }, 500);
  const relay = (msg: unknown, limits: object = {}) => ({
    relay: { contract: other.address, code_hash: hex(other.codeHash), msg: base64(msg), ...limits },
  });
  for (const [what, msg] of [
    ["increment", { increment: {} }],
    ["increment again, with reads sent ahead", { increment: {} }],
    ["echo", { echo: { text: "x".repeat(90) } }],
    ["log", { log: { text: "hello" } }],
    ["fail", { fail: { text: "no" } }],
    ["panic after a write", { panic: {} }],
    ["burn gas", { burn_gas: { iterations: 3_000 } }],
    ["roll", { roll: { sides: 6 } }],
    ["a message that is none", { nothing: {} }],
    ["relay", relay({ increment: {} })],
    ["relay to a relay", relay(relay({ echo: { text: "deep" } }))],
    ["relay of a failure", relay({ fail: {} })],
    ["relay with a reply", relay({ increment: {} }, { reply_on: "always" })],
    ["relay of a failure with a reply", relay({ fail: {} }, { reply_on: "error" })],
    [
      "relay to a relay, both with replies",
      relay(relay({ increment: {} }, { reply_on: "success" }), { reply_on: "success" }),
    ],
    ["relay with a limit that is enough", relay({ increment: {} }, { gas_limit: 150_000 })],
  ] as const) {
    scenario.execute(`counter: ${what}`, counter, msg);
  }
  scenario.migrate("counter: migration", counter, code, { count: 9 });
  scenario.query("counter: query", counter, { get_count: {} });
  const asked = { contract: other.address, code_hash: hex(other.codeHash) };
  scenario.query("counter: query of another counter", counter, { get_count_of: asked });
  scenario.query("counter: query that fails", counter, { fail: {} });

  const echoCode = scenario.store("v010-echo", artifact("v010-echo"));
  const echo = scenario.instantiate("echo: init", echoCode, { count: 7 });
  scenario.execute("echo: increment", echo, { increment: {} });
  scenario.execute("echo: increment again, with reads sent ahead", echo, { increment: {} });
  scenario.execute("echo: echo", echo, { echo: { text: "hello" } });
  scenario.execute("echo: refuse", echo, { refuse: {} });
  scenario.query("echo: query", echo, { get_count: {} });
  scenario.query("echo: normalize", echo, { normalize: { address: OTHER.text } });

  const tokenCode = scenario.store("token", artifact("token"));
  const token = scenario.instantiate("token: init", tokenCode, {
    ...{ name: "Private Coin", symbol: "PRIV", decimals: 6, prng_seed: "c2VlZA==" },
    initial_balances: [{ address: OWNER.text, amount: "100000" }],
    config: { public_total_supply: true, enable_mint: true, enable_burn: true },
  });
  const transfer = { transfer: { recipient: OTHER.text, amount: "10", memo: "thanks" } };
  scenario.execute("token: transfer", token, transfer);
  scenario.execute("token: transfer again, with reads sent ahead", token, transfer);
  scenario.execute("token: transfer of too much", token, { transfer: { recipient: OTHER.text, amount: "999999" } });
  scenario.execute("token: viewing key", token, { set_viewing_key: { key: "key" } });
  scenario.execute(
    "token: transfer by another",
    token,
    { transfer: { recipient: OWNER.text, amount: "3" } },
    { sender: OTHER },
  );
  scenario.query("token: balance", token, { balance: { address: OWNER.text, key: "key" } });
  return counter;
}
