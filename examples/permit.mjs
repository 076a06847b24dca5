/** Reading a token's history with a signed permit, no transaction needed: `node examples/permit.mjs` beside `npm start`. */
import { readFileSync } from "node:fs";
import { SecretNetworkClient, Wallet } from "secretjs";

// Account a of the local network. Its mnemonic is public: never hold anything of value under it.
const wallet = new Wallet(
  "grant rice replace explain federal release fix clever romance raise often wild taxi quarter soccer fiber love must tape steak together observe swap guitar",
);
const url = process.argv[2] ?? "http://127.0.0.1:1317";
const chainId = "secretdev-1";
const client = new SecretNetworkClient({ url, chainId, wallet, walletAddress: wallet.address });
const sender = wallet.address;
const gas = (gasLimit) => ({ gasLimit, broadcastCheckIntervalMs: 50 });
const attribute = (tx, type, key) => tx.arrayLog.find((entry) => entry.type === type && entry.key === key).value;

// A token that stands for the chain's coin, one for one.
const wasm_byte_code = new Uint8Array(readFileSync(new URL("../contracts/artifacts/token.wasm", import.meta.url)));
const stored = await client.tx.compute.storeCode({ sender, wasm_byte_code, source: "", builder: "" }, gas(5_000_000));
const code_id = attribute(stored, "message", "code_id");
const { code_hash } = await client.query.compute.codeHashByCodeId({ code_id });
const config = { enable_deposit: true, enable_redeem: true };
const init_msg = { name: "Private Scrt", symbol: "PSCRT", decimals: 6, prng_seed: "c2VlZA==", config };
const init = { sender, code_id, code_hash, label: `private scrt ${Date.now()}`, init_msg, init_funds: [] };
const made = await client.tx.compute.instantiateContract(init, gas(500_000));
const contract = { address: attribute(made, "message", "contract_address"), code_hash };

// Coins become tokens, and the tokens go to three people at once.
const execute = (msg, sent_funds = []) =>
  client.tx.compute.executeContract(
    { sender, contract_address: contract.address, code_hash, msg, sent_funds },
    gas(300_000),
  );
await execute({ deposit: {} }, [{ denom: "uscrt", amount: "1000" }]);
const friends = [
  "secret1fc3fzy78ttp0lwuujw7e52rhspxn8uj52zfyne",
  "secret1ajz54hz8azwuy34qwy9fkjnfcrvf0dzswy0lqq",
  "secret1ldjxljw7v4vk6zhyduywh04hpj0jdwxsmrlatf",
];
const actions = friends.map((recipient, i) => ({ recipient, amount: `${100 * (i + 1)}`, memo: `share ${i + 1}` }));
await execute({ batch_transfer: { actions } });

// The permit is signed here and sent with each question; the contract knows the account by the signature.
const permit = await client.utils.accessControl.permit.sign(
  sender,
  chainId,
  "bookkeeping",
  [contract.address],
  ["balance", "history"],
  false,
);
const mine = { contract, address: sender, auth: { permit } };
const { balance } = await client.query.snip20.getBalance(mine);
console.log("balance:", balance.amount);
for (let page = 0; page < 2; page++) {
  const asked = { ...mine, page, page_size: 2 };
  const { transaction_history } = await client.query.snip20.getTransactionHistory(asked);
  for (const { action, coins, memo = "" } of transaction_history.txs) {
    console.log(`page ${page}:`, Object.keys(action)[0], coins.amount, coins.denom, memo);
  }
}

// Whoever was given the permit reads no more.
await execute({ revoke_permit: { permit_name: "bookkeeping" } });
console.log("revoked:", (await client.query.snip20.getBalance(mine)).trim());
