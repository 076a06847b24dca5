/**
 * Refusals and round trips of the remaining compositions, each with its honest control.
 * @module
 */
import { bytesToUtf8, concatBytes, toHex, utf8ToBytes } from "@enclavenet/common";
import {
  authenticateContract,
  blockRandomProof,
  contractErrorText,
  createAdminProof,
  createContractKey,
  createContractKeyProof,
  createReplyEnvelope,
  deriveNetworkKeys,
  encodeSubMessagePlaintext,
  encryptData,
  encryptError,
  encryptMessage,
  fundsJson,
  legacyBlockRandomProof,
  normalizeCodeHash,
  openBlockRandom,
  openMessage,
  openReplyData,
  openReplyError,
  openReplyId,
  openSeeds,
  type ReplyParam,
  randomSecret,
  replyIdPlaintext,
  SecretBytes,
  sealBlockRandom,
  sealField,
  sealSeeds,
  tryParseContractInput,
  tryParseSecretMessage,
  verifyAdminProof,
  verifyBlockRandomProof,
  verifyContractKey,
  verifyContractKeyProof,
} from "@enclavenet/crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { doors, node } from "./support/doors.ts";

const hashText = (digit: string) => utf8ToBytes(digit.repeat(64));
const param = fc.record({
  subMessageId: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  recipientCodeHash: fc.constantFrom("0", "a", "f").map(hashText),
});

describe.each(doors)("compositions on $name", (primitives) => {
  const seeds = [1, 2, 3].map((n) => SecretBytes.from(new Uint8Array(32).fill(n)));
  const network = deriveNetworkKeys(primitives, seeds);
  const genesisStateIkm = network.stateIkms[0] as SecretBytes;
  const txKey = SecretBytes.from(new Uint8Array(32).fill(42));

  const agreeing = (key: SecretBytes) => (publicKey: Uint8Array) => primitives.x25519SharedSecret(key, publicKey);

  it("opens a message only with the right key and length", () => {
    const ioPublicKey = primitives.x25519PublicKey(network.last.ioExchange);
    const keys = { clientPrivateKey: randomSecret(primitives), ioPublicKey, nonce: primitives.randomBytes(32) };
    const wire = encryptMessage(primitives, keys, { codeHash: "ab".repeat(32), json: '{"a":1}' });
    const opened = openMessage(primitives, agreeing(network.last.ioExchange), wire);
    expect(bytesToUtf8(opened?.plaintext as Uint8Array)).toBe(`${"ab".repeat(32)}{"a":1}`);
    expect(openMessage(primitives, agreeing(network.last.seedExchange), wire)).toBeUndefined();
    for (let i = 0; i < wire.length; i += 7) {
      expect(
        openMessage(primitives, agreeing(network.last.ioExchange), wire.with(i, (wire[i] as number) ^ 1)),
      ).toBeUndefined();
    }
    expect(tryParseSecretMessage(wire.subarray(0, 82))).toBeDefined();
    expect(tryParseSecretMessage(wire.subarray(0, 81))).toBeUndefined();
    expect(openMessage(primitives, agreeing(network.last.ioExchange), new Uint8Array(0))).toBeUndefined();
  });

  it("binds a contract key to network, code, address and original key", () => {
    const contract = { codeHash: new Uint8Array(32).fill(1), contractAddress: new Uint8Array(20).fill(2) };
    const signer = { sender: new Uint8Array(20).fill(3), height: 10n };
    const ogContractKey = createContractKey(primitives, genesisStateIkm, signer, contract);
    const accept = (
      key: Uint8Array,
      binding: typeof contract & { ogContractKey?: Uint8Array },
      ikm = genesisStateIkm,
    ) => verifyContractKey(primitives, ikm, key, binding);
    expect(accept(ogContractKey, contract)).toBe(true);
    expect(accept(ogContractKey, contract, network.stateIkms[1])).toBe(false);
    expect(accept(ogContractKey, { ...contract, codeHash: new Uint8Array(32) })).toBe(false);
    expect(accept(ogContractKey, { ...contract, contractAddress: new Uint8Array(20) })).toBe(false);
    expect(accept(ogContractKey, { ...contract, ogContractKey })).toBe(false);
    expect(accept(ogContractKey.with(0, 0), contract)).toBe(false);
    expect(accept(ogContractKey.with(63, (ogContractKey[63] as number) ^ 1), contract)).toBe(false);
    for (const length of [0, 32, 63]) expect(accept(ogContractKey.subarray(0, length), contract)).toBe(false);
  });

  it("authenticates a migrated contract only with both key and proof, and never under the genesis secret", () => {
    const contract = { codeHash: new Uint8Array(32).fill(1), contractAddress: new Uint8Array(20).fill(2) };
    const signer = { sender: new Uint8Array(20).fill(3), height: 10n };
    const ogContractKey = createContractKey(primitives, genesisStateIkm, signer, contract);
    const next = { ...contract, codeHash: new Uint8Array(32).fill(9) };
    const contractKey = createContractKey(primitives, genesisStateIkm, signer, { ...next, ogContractKey });
    const input = { ...next, ogContractKey, currentContractKey: contractKey };
    const { contractKeyProofSecrets } = network;
    const secrets = { genesisStateIkm, contractKeyProofSecrets };
    const proofs = network.bySeed.map((keys) => createContractKeyProof(primitives, keys.contractKeyProofSecret, input));
    const accepts = (current: { contractKey: Uint8Array; proof: Uint8Array }) =>
      authenticateContract(primitives, secrets, next, { ogContractKey, current });
    const [genesisProof, second, last] = proofs as [Uint8Array, Uint8Array, Uint8Array];
    expect(accepts({ contractKey, proof: last })).toBe(true);
    expect(accepts({ contractKey, proof: second })).toBe(true);
    expect(accepts({ contractKey, proof: genesisProof })).toBe(false);
    expect(accepts({ contractKey, proof: last.with(0, (last[0] as number) ^ 1) })).toBe(false);
    expect(accepts({ contractKey, proof: new Uint8Array(0) })).toBe(false);
    expect(accepts({ contractKey: ogContractKey, proof: last })).toBe(false);
    expect(verifyContractKeyProof(primitives, [], input, last)).toBe(false);
  });

  it("accepts an admin proof for that admin and contract, under seeds 1 and above", () => {
    const admin = new Uint8Array(20).fill(1);
    const ogContractKey = new Uint8Array(64).fill(2);
    const accepts = (claim: { admin: Uint8Array; ogContractKey: Uint8Array }, proof: Uint8Array) =>
      verifyAdminProof(primitives, network.adminProofSecrets, claim, proof);
    const [genesisProof, second, last] = network.bySeed.map((keys) =>
      createAdminProof(primitives, keys.adminProofSecret, admin, ogContractKey),
    ) as [Uint8Array, Uint8Array, Uint8Array];
    expect(accepts({ admin, ogContractKey }, last)).toBe(true);
    expect(accepts({ admin, ogContractKey }, second)).toBe(true);
    expect(accepts({ admin, ogContractKey }, genesisProof)).toBe(false);
    expect(accepts({ admin: admin.with(0, 9), ogContractKey }, last)).toBe(false);
    expect(accepts({ admin, ogContractKey: ogContractKey.with(0, 9) }, last)).toBe(false);
    expect(accepts({ admin, ogContractKey: ogContractKey.subarray(1) }, last)).toBe(false);
    const nobody = new Uint8Array(0);
    const nobodyProof = createAdminProof(primitives, network.last.adminProofSecret, nobody, ogContractKey);
    expect(accepts({ admin: nobody, ogContractKey }, nobodyProof)).toBe(false);
    // Bytes moved from the key into the address must not make another contract's proof.
    const longer = { admin: concatBytes(nobody, ogContractKey.subarray(0, 20)), ogContractKey };
    expect(accepts(longer, nobodyProof)).toBe(false);
  });

  it("accepts current and older block random proofs, for that height, bytes and app hash", () => {
    const validatorsHash = new Uint8Array(32).fill(1);
    const random = new Uint8Array(32).fill(2);
    const key = network.last.randomEncryptionKey;
    const encrypted = sealBlockRandom(primitives, key, validatorsHash, random);
    expect(encrypted.length).toBe(48);
    expect(openBlockRandom(primitives, key, validatorsHash, encrypted)).toEqual(random);
    expect(openBlockRandom(primitives, key, new Uint8Array(32), encrypted)).toBeUndefined();
    const short = sealBlockRandom(primitives, key, validatorsHash, random.subarray(1));
    expect(openBlockRandom(primitives, key, validatorsHash, short)).toBeUndefined();
    const input = { height: 5n, encrypted, appHash: new Uint8Array(32).fill(3) };
    const secrets = network.bySeed.map((keys) => keys.initialRandomnessSeed);
    const secret = network.last.initialRandomnessSeed;
    for (const proof of [
      blockRandomProof(primitives, secret, input),
      legacyBlockRandomProof(primitives, secret, input),
      blockRandomProof(primitives, secrets[0] as SecretBytes, input),
    ]) {
      expect(verifyBlockRandomProof(primitives, secrets, input, proof)).toBe(true);
      expect(verifyBlockRandomProof(primitives, secrets, { ...input, height: 6n }, proof)).toBe(false);
      const appHash = new Uint8Array(32);
      expect(verifyBlockRandomProof(primitives, secrets, { ...input, appHash }, proof)).toBe(false);
      expect(verifyBlockRandomProof(primitives, secrets.slice(1, 2), input, proof)).toBe(false);
    }
  });

  it("hands seeds to the node that registered, and to no other or low-order key", () => {
    const registration = randomSecret(primitives);
    const nodePublicKey = primitives.x25519PublicKey(registration);
    const exchange = network.last.seedExchange;
    const exchangePublicKey = primitives.x25519PublicKey(exchange);
    const sealed = sealSeeds(primitives, exchange, nodePublicKey, seeds) as Uint8Array;
    expect(sealed.length).toBe(3 * 48);
    const opened = openSeeds(primitives, registration, exchangePublicKey, sealed);
    expect(opened?.map((seed) => toHex(seed.expose()))).toEqual(seeds.map((seed) => toHex(seed.expose())));
    expect(openSeeds(primitives, randomSecret(primitives), exchangePublicKey, sealed)).toBeUndefined();
    expect(openSeeds(primitives, registration, exchangePublicKey, sealed.with(50, 1).with(51, 2))).toBeUndefined();
    expect(openSeeds(primitives, registration, exchangePublicKey, sealed.subarray(1))).toBeUndefined();
    expect(openSeeds(primitives, registration, exchangePublicKey, new Uint8Array(0))).toBeUndefined();
    expect(openSeeds(primitives, registration, new Uint8Array(32), sealed)).toBeUndefined();
    expect(sealSeeds(primitives, exchange, new Uint8Array(32), seeds)).toBeUndefined();
    expect(sealSeeds(primitives, exchange, nodePublicKey.subarray(1), seeds)).toBeUndefined();
  });

  it("round-trips replies with any chain of waiting callers", () => {
    const keys = { txKey, callbackSecret: network.last.callbackSecret };
    fc.assert(
      fc.property(fc.array(param, { minLength: 1, maxLength: 4 }), fc.boolean(), (params, allParams) => {
        const data = encryptData(primitives, txKey, utf8ToBytes("data"), params);
        const envelope = createReplyEnvelope(primitives, keys, { params, allParams, result: { kind: "ok", data } });
        const [first, ...outer] = params as [ReplyParam, ...ReplyParam[]];
        expect(openReplyId(primitives, txKey, envelope.internalMsgId)).toEqual({
          ...first,
          replyParams: allParams ? outer : [],
        });
        expect(openReplyData(primitives, txKey, data)).toEqual(utf8ToBytes("data"));
        const error = encryptError(primitives, txKey, "broken", params);
        expect(openReplyError(primitives, txKey, error)).toEqual(utf8ToBytes("broken"));
      }),
      { numRuns: 15 },
    );
  });

  it("refuses malformed replies", () => {
    const good = { subMessageId: 7n, recipientCodeHash: hashText("a") };
    const seal = (text: Uint8Array) => sealField(primitives, txKey, text);
    const id = replyIdPlaintext([good], true);
    expect(openReplyId(primitives, txKey, seal(id))?.subMessageId).toBe(7n);
    for (const bad of ["", "-1", "+7", "7 ", "0x7", "18446744073709551616", "9".repeat(50)]) {
      const text = concatBytes(hashText("a"), utf8ToBytes(bad));
      expect(openReplyId(primitives, txKey, seal(text)), bad).toBeUndefined();
    }
    expect(openReplyId(primitives, txKey, seal(utf8ToBytes("7")))).toBeUndefined();
    expect(openReplyId(primitives, txKey, id)).toBeUndefined();
    expect(
      openReplyData(primitives, txKey, seal(concatBytes(hashText("a"), utf8ToBytes("not base64")))),
    ).toBeUndefined();
    expect(openReplyData(primitives, txKey, seal(utf8ToBytes("short")))).toBeUndefined();
    expect(openReplyError(primitives, txKey, "not base64")).toBeUndefined();
    expect(openReplyError(primitives, txKey, "")).toBeUndefined();
    expect(openReplyError(primitives, txKey, "\u00e9\u00e9\u00e9\u00e9")).toBeUndefined();
    expect(() => replyIdPlaintext([], true)).toThrow(expect.objectContaining({ code: "CRYPTO_USAGE" }));
  });
});

describe("contract input", () => {
  it("round-trips sub-messages with any reply chain", () => {
    const msg = fc.uint8Array({ maxLength: 40 });
    const reply = fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { nil: undefined });
    fc.assert(
      fc.property(msg, reply, fc.array(param, { maxLength: 4 }), (json, subMessageId, replyParams) => {
        const own = "c".repeat(64);
        const plan = { calleeCodeHash: "AB".repeat(32), msg: json, replyParams };
        const wanted = subMessageId === undefined ? plan : { ...plan, reply: { subMessageId, ownCodeHash: own } };
        const input = tryParseContractInput(encodeSubMessagePlaintext(wanted));
        expect(toHex(input?.codeHash as Uint8Array)).toBe("ab".repeat(32));
        const waiting = subMessageId === undefined ? [] : [{ subMessageId, recipientCodeHash: utf8ToBytes(own) }];
        expect(input?.replyParams).toEqual([...waiting, ...replyParams]);
        expect(input?.msg).toEqual(json);
      }),
    );
  });

  it("never throws, and takes an incomplete group as message", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => void tryParseContractInput(noise)));
    const incomplete = concatBytes(hashText("0"), utf8ToBytes("REPLY01"), new Uint8Array(71));
    expect(tryParseContractInput(incomplete)?.replyParams).toEqual([]);
    expect(tryParseContractInput(incomplete)?.msg.length).toBe(78);
    const complete = concatBytes(incomplete, new Uint8Array(1));
    expect(tryParseContractInput(complete)?.replyParams.length).toBe(1);
    expect(tryParseContractInput(hashText("0").subarray(1))).toBeUndefined();
    expect(tryParseContractInput(hashText("g"))).toBeUndefined();
    expect(tryParseContractInput(new Uint8Array(64).fill(0xff))).toBeUndefined();
  });

  it("stays linear in a message full of groups", () => {
    const groups = 20_000;
    const one = concatBytes(utf8ToBytes("REPLY01"), new Uint8Array(8), hashText("1"));
    const message = new Uint8Array(64 + groups * one.length);
    message.set(hashText("0"));
    for (let i = 0; i < groups; i++) message.set(one, 64 + i * one.length);
    expect(tryParseContractInput(message)?.replyParams.length).toBe(groups);
  });
});

describe("texts", () => {
  it("writes funds exactly", () => {
    expect(fundsJson([])).toBe("[]");
    const coins = [
      { amount: "5", denom: "uscrt", extra: 1 },
      { denom: 'ibc/"x"', amount: "0" },
    ];
    expect(fundsJson(coins)).toBe('[{"denom":"uscrt","amount":"5"},{"denom":"ibc/\\"x\\"","amount":"0"}]');
  });

  it("trims every quote at either end of an error", () => {
    expect(contractErrorText('"plain"')).toBe("plain");
    expect(contractErrorText('{"generic_err":{"msg":"x"}}')).toBe('{"generic_err":{"msg":"x"}}');
    expect(contractErrorText('"a \\"quoted\\""')).toBe('a \\"quoted\\');
    expect(contractErrorText('""')).toBe("");
  });

  it("normalises code hashes", () => {
    expect(normalizeCodeHash(`0x${"AB".repeat(32)}`)).toBe("ab".repeat(32));
    expect(normalizeCodeHash("AB".repeat(32))).toBe("ab".repeat(32));
  });

  it("demands two to five seeds", () => {
    const seed = SecretBytes.from(new Uint8Array(32));
    const usage = expect.objectContaining({ code: "CRYPTO_USAGE" });
    for (const count of [0, 1, 6]) expect(() => deriveNetworkKeys(node, Array(count).fill(seed))).toThrow(usage);
    expect(deriveNetworkKeys(node, Array(5).fill(seed)).bySeed.length).toBe(5);
    const short = SecretBytes.from(new Uint8Array(31));
    expect(() => deriveNetworkKeys(node, [seed, short])).toThrow(usage);
  });
});
