/** From upload to a decrypted result, with the unmodified client: `node examples/counter.mjs` beside `npm start`. */
import { readFileSync } from "node:fs";
import { SecretNetworkClient, Wallet } from "secretjs";

// Account a of the local network. Its mnemonic is public: never hold anything of value under it.
const wallet = new Wallet(
  "grant rice replace explain federal release fix clever romance raise often wild taxi quarter soccer fiber love must tape steak together observe swap guitar",
);
const url = process.argv[2] ?? "http://127.0.0.1:1317";
const client = new SecretNetworkClient({ url, chainId: "secretdev-1", wallet, walletAddress: wallet.address });
const sender = wallet.address;
const gas = (gasLimit) => ({ gasLimit, broadcastCheckIntervalMs: 50 });
const attribute = (tx, type, key) => tx.arrayLog.find((entry) => entry.type === type && entry.key === key).value;

const wasm_byte_code = new Uint8Array(readFileSync(new URL("../contracts/artifacts/counter.wasm", import.meta.url)));
const stored = await client.tx.compute.storeCode({ sender, wasm_byte_code, source: "", builder: "" }, gas(5_000_000));
const code_id = attribute(stored, "message", "code_id");
const { code_hash } = await client.query.compute.codeHashByCodeId({ code_id });

const init = { sender, code_id, code_hash, label: `counter ${Date.now()}`, init_msg: { count: 7 }, init_funds: [] };
const made = await client.tx.compute.instantiateContract(init, gas(500_000));
const contract_address = attribute(made, "message", "contract_address");

const msg = { echo: { text: "only the sender reads this" } };
const tx = await client.tx.compute.executeContract({ sender, contract_address, code_hash, msg }, gas(300_000));
console.log("decrypted attribute:", attribute(tx, "wasm", "text"));
const query = { get_count: {} };
console.log("decrypted answer:", await client.query.compute.queryContract({ contract_address, code_hash, query }));
