/** The unmodified client over a node, and the token contract, for scripts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SecretNetworkClient, Wallet } from "secretjs";
import { root } from "./root.mjs";

const options = (gasLimit) => ({ gasLimit, broadcastCheckIntervalMs: 30 });
const attribute = (tx, type, key) => tx.arrayLog.find((entry) => entry.type === type && entry.key === key)?.value;

/** A signing client of the node that printed this ready line. */
export function clientOf(ready, mnemonic) {
  const wallet = new Wallet(mnemonic);
  return new SecretNetworkClient({ url: ready.rest, chainId: ready.chain_id, wallet, walletAddress: wallet.address });
}

/** Uploads the token and makes one, all of whose coins the client's account has. */
export async function deployToken(client, name) {
  const wasm_byte_code = new Uint8Array(readFileSync(join(root, "contracts/artifacts/token.wasm")));
  const stored = await client.tx.compute.storeCode(
    { sender: client.address, wasm_byte_code, source: "", builder: "" },
    options(5_000_000),
  );
  const code_id = Number(attribute(stored, "message", "code_id"));
  const { code_hash } = await client.query.compute.codeHashByCodeId({ code_id: String(code_id) });
  const init_msg = {
    name: "Private Coin",
    symbol: "PRIV",
    decimals: 6,
    prng_seed: Buffer.from(name).toString("base64"),
    initial_balances: [{ address: client.address, amount: "1000000" }],
  };
  const made = await client.tx.compute.instantiateContract(
    { sender: client.address, code_id, code_hash, label: `${name} token`, init_msg, init_funds: [] },
    options(500_000),
  );
  return { code_hash, address: attribute(made, "message", "contract_address") };
}

/** Executes messages of a contract. */
export function executor(client, { address, code_hash }) {
  return (msg) =>
    client.tx.compute.executeContract(
      { sender: client.address, contract_address: address, code_hash, msg, sent_funds: [] },
      options(300_000),
    );
}
