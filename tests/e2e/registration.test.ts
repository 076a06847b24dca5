/**
 * A second enclave earns the seeds of a running network: evidence, the unmodified client's registration message, seeds out of the
 * transaction's event, confirmation, revocation. Spec 01 §3, §8.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeCombinedEvidence } from "@enclavenet/attestation";
import { developmentAuthority } from "@enclavenet/attestation/development";
import { fromBase64, fromHex, toBase64, toHex } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { type Enclave, EvidencePurpose, KeychainState } from "@enclavenet/enclave-api";
import { type EnclaveProcess, greet, processEnclave, spawnEnclave } from "@enclavenet/enclave-host";
import { decodeBech32, encodeMsgConfirmNode, TypeUrl } from "@enclavenet/wire";
import type { Msg, SecretNetworkClient, TxResponse } from "secretjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf, FAST, type Localnet, MNEMONICS, startLocalnet } from "../support/localnet.ts";

const bundle = fileURLToPath(new URL("../../packages/enclave/dist/bundles/enclave-development.mjs", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "enclavenet-registration-"));
const primitives = createNodePrimitives();
const NOBODY = new Uint8Array(32);
const GAS = 5_000_000;

let net: Localnet;
let a: SecretNetworkClient;
let b: SecretNetworkClient;
/** The local network's validator account may revoke nodes. */
let authority: SecretNetworkClient;
let node: { readonly enclave: Enclave; readonly process: EnclaveProcess; readonly publicKey: Uint8Array };

function startNode(): typeof node {
  const process = spawnEnclave({ bundle, sealingDirectory: join(directory, "enclave") });
  const enclave = processEnclave(process);
  greet(enclave);
  const { publicKey } = enclave.call("createRegistration", { chainId: net.ready.chain_id });
  return { enclave, process, publicKey };
}

/** The node's certificate as its operator sends it in. */
function certificate(): Uint8Array {
  const { quote } = node.enclave.call("evidence", {
    purpose: EvidencePurpose.registration,
    owner: NOBODY,
    nonce: NOBODY,
  });
  const collateral = developmentAuthority(primitives, net.ready.chain_id).collateral();
  return encodeCombinedEvidence({ quote, collateral, owner: NOBODY });
}

const register = (client: SecretNetworkClient, bytes: Uint8Array): Promise<TxResponse> =>
  client.tx.registration.register({ sender: client.address, certificate: bytes }, { gasLimit: GAS, ...FAST });

/** A message of our own, which the client does not know, in the form in which it takes any. */
function message(typeUrl: string, value: Uint8Array): Msg {
  return {
    toProto: async () => ({ type_url: typeUrl, value: {}, encode: () => value }),
    toAmino: () => Promise.reject(new Error("no amino form")),
  } as unknown as Msg;
}

/** Sender and public key have the same numbers in both messages; a revocation has no proof. */
function nodeMessage(client: SecretNetworkClient, typeUrl: string, proof: Uint8Array = new Uint8Array(0)): Msg {
  const { data: sender } = decodeBech32(client.address);
  return message(typeUrl, encodeMsgConfirmNode({ sender, publicKey: node.publicKey, proof }));
}

const send = (client: SecretNetworkClient, msg: Msg): Promise<TxResponse> =>
  client.tx.broadcast([msg], { gasLimit: GAS, ...FAST });

async function get(path: string): Promise<unknown> {
  return await (await fetch(`${net.ready.rest}${path}`)).json();
}

/** A path value in URL-safe base64. */
const pathKey = () => toBase64(node.publicKey).replaceAll("+", "-").replaceAll("/", "_");
const status = async () =>
  ((await get(`/enclavenet/registration/v1/nodes/${pathKey()}`)) as { node: { status: string } }).node.status;

beforeAll(async () => {
  net = await startLocalnet();
  a = clientOf(net.ready, MNEMONICS.a);
  b = clientOf(net.ready, MNEMONICS.b);
  authority = clientOf(net.ready, MNEMONICS.validator);
  node = startNode();
});

afterAll(async () => {
  node?.process.close();
  await net?.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe("a node of a running network", () => {
  let encryptedSeeds: Uint8Array;

  it("gets the seeds in the event of its registration", async () => {
    const tx = await register(b, certificate());
    expect(tx.rawLog).toBe("");
    const attributes = tx.arrayLog?.filter(({ type }) => type === "message").map(({ key, value }) => [key, value]);
    const seeds = attributes?.find(([key]) => key === "encrypted_seed")?.[1] ?? "";
    expect(seeds).toMatch(/^0x[0-9a-f]{192}$/);
    expect(attributes).toContainEqual(["node_id", `0x${toHex(node.publicKey)}`]);
    expect(attributes).toContainEqual(["signer", b.address]);
    encryptedSeeds = fromHex(seeds.slice(2));
    const stored = await a.query.registration.encryptedSeed({ pub_key: pathKey() } as never);
    expect(stored.encrypted_seed).toEqual(toBase64(encryptedSeeds));
    expect(await status()).toBe("NODE_STATUS_PENDING");
  });

  it("takes them over on the evidence that stands in genesis", async () => {
    const answer = (await get("/enclavenet/registration/v1/evidence")) as {
      evidence: {
        certificate: string;
        validator_set: string;
        policy: string;
        founder: { public_key: string; owner: string };
      };
      io_public_key: string;
      seed_exchange_public_key: string;
    };
    const network = {
      certificate: fromBase64(answer.evidence.certificate),
      birth: {
        chainId: net.ready.chain_id,
        validatorSet: fromBase64(answer.evidence.validator_set),
        policy: answer.evidence.policy,
        founder: {
          publicKey: fromBase64(answer.evidence.founder.public_key),
          owner: fromBase64(answer.evidence.founder.owner),
        },
      },
      ioPublicKey: fromBase64(answer.io_public_key),
      seedExchangePublicKey: fromBase64(answer.seed_exchange_public_key),
      time: BigInt(Math.floor(Date.now() / 1000)),
    };
    node.enclave.call("importSeeds", { network, encryptedSeeds, exchangeKey: network.seedExchangePublicKey });
    const { keychain, ioPublicKey } = node.enclave.call("status", {});
    expect(keychain).toBe(KeychainState.unbound);
    const { key } = await a.query.registration.txKey({});
    expect(toBase64(ioPublicKey as Uint8Array)).toBe(key);
  });

  it("is registered once it shows that it holds them, and not before", async () => {
    const wrong = await send(b, nodeMessage(b, TypeUrl.msgConfirmNode, new Uint8Array(32)));
    expect([wrong.code, await status()]).toEqual([2, "NODE_STATUS_PENDING"]);
    const { proof } = node.enclave.call("possessionProof", {});
    const confirmed = await send(b, nodeMessage(b, TypeUrl.msgConfirmNode, new Uint8Array(proof)));
    expect([confirmed.rawLog, await status()]).toEqual(["", "NODE_STATUS_REGISTERED"]);
  });

  it("is revoked by the registration's authority alone, and cannot come back", async () => {
    const typeUrl = "/enclavenet.registration.v1.MsgRevokeNode";
    expect((await send(b, nodeMessage(b, typeUrl))).code).toBe(4);
    expect((await send(authority, nodeMessage(authority, typeUrl))).rawLog).toBe("");
    expect(await status()).toBe("NODE_STATUS_REVOKED");
    const again = await register(b, certificate());
    expect([again.code, again.rawLog]).toEqual([
      2,
      expect.stringContaining("the node was revoked: Failed to authenticate node"),
    ]);
  });

  it("is refused with evidence that does not hold, with the texts of the chain", async () => {
    const changed = certificate();
    // The key inside the report, which is then no revoked node's, and no signature fits any more.
    const key = Buffer.from(changed).indexOf(node.publicKey);
    changed[key] = (changed[key] as number) ^ 1;
    const tx = await register(b, changed);
    expect([tx.code, tx.rawLog]).toEqual([
      2,
      expect.stringContaining("The provided certificate was invalid: Failed to authenticate node"),
    ]);
    const none = await register(b, Uint8Array.of(1, 2, 3)).catch((error: Error) => error.message);
    expect(JSON.stringify(none)).toContain("Certificate validation failed");
  });

  it("is listed with its states", async () => {
    const { nodes } = (await get("/enclavenet/registration/v1/nodes")) as {
      nodes: { public_key: string; status: string; registered_height: string }[];
    };
    const states = nodes.map(({ status, registered_height }) => [status, registered_height === "0"]);
    expect(states.sort()).toEqual([
      ["NODE_STATUS_REGISTERED", true],
      ["NODE_STATUS_REVOKED", false],
    ]);
    expect(nodes.map(({ public_key }) => public_key)).toContain(toBase64(node.publicKey));
  });
});
