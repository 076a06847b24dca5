/** A private token from upload to decrypted history, with the unmodified client: `node examples/token.mjs` beside `npm start`. */
import { readFileSync } from "node:fs";
import { SecretNetworkClient, Wallet } from "secretjs";

// Account a of the local network. Its mnemonic is public: never hold anything of value under it.
const wallet = new Wallet(
  "grant rice replace explain federal release fix clever romance raise often wild taxi quarter soccer fiber love must tape steak together observe swap guitar",
);
const url = process.argv[2] ?? "http://127.0.0.1:1317";
const client = new SecretNetworkClient({ url, chainId: "secretdev-1", wallet, walletAddress: wallet.address });
const sender = wallet.address;
const friend = "secret1fc3fzy78ttp0lwuujw7e52rhspxn8uj52zfyne";
const gas = (gasLimit) => ({ gasLimit, broadcastCheckIntervalMs: 50 });
const attribute = (tx, type, key) => tx.arrayLog.find((entry) => entry.type === type && entry.key === key).value;

const wasm_byte_code = new Uint8Array(readFileSync(new URL("../contracts/artifacts/token.wasm", import.meta.url)));
const stored = await client.tx.compute.storeCode({ sender, wasm_byte_code, source: "", builder: "" }, gas(5_000_000));
const code_id = attribute(stored, "message", "code_id");
const { code_hash } = await client.query.compute.codeHashByCodeId({ code_id });

const initial_balances = [{ address: sender, amount: "1000" }];
const init_msg = { name: "Private Coin", symbol: "PRIV", decimals: 6, prng_seed: "c2VlZA==", initial_balances };
const init = { sender, code_id, code_hash, label: `token ${Date.now()}`, init_msg, init_funds: [] };
const made = await client.tx.compute.instantiateContract(init, gas(500_000));
const contract_address = attribute(made, "message", "contract_address");

const execute = (msg) => client.tx.compute.executeContract({ sender, contract_address, code_hash, msg }, gas(300_000));
await execute({ transfer: { recipient: friend, amount: "250", memo: "rent, as agreed" } });
await execute({ set_viewing_key: { key: "my viewing key" } });

const contract = { address: contract_address, code_hash };
const mine = { contract, address: sender, auth: { key: "my viewing key" } };
const { balance } = await client.query.snip20.getBalance(mine);
const { transfer_history } = await client.query.snip20.getTransferHistory({ ...mine, page_size: 10 });
const [{ coins, receiver, memo }] = transfer_history.txs;
console.log("balance:", balance.amount);
console.log("history:", coins.amount, coins.denom, "to", receiver, `(${memo})`);
