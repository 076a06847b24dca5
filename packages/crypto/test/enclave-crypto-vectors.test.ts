/**
 * Every vector of tests/vectors/enclave-crypto.json on both doors.
 * @module
 */
import { bytesToUtf8, concatBytes, fromHex, toBase64, toHex, utf8ToBytes } from "@enclavenet/common";
import {
  authenticateContract,
  blockRandomProof,
  callbackSignature,
  contractErrorText,
  contractRandom,
  createAdminProof,
  createContractKey,
  createContractKeyProof,
  createReplyEnvelope,
  deriveKey,
  deriveNetworkKeys,
  encodeSubMessagePlaintext,
  encryptAttribute,
  encryptData,
  encryptError,
  encryptQueryResult,
  fundsJson,
  type MasterKeyName,
  openBlockRandom,
  openData,
  openReplyData,
  openReplyError,
  openReplyId,
  type ReplyParam,
  replyJson,
  SecretBytes,
  StateCipher,
  sealBlockRandom,
  sealSecretMessage,
  stateSalt,
  tryParseContractInput,
  tryParseSecretMessage,
  txEncryptionKey,
  verifyAdminProof,
  verifyBlockRandomProof,
  verifyCallbackSignature,
} from "@enclavenet/crypto";
import { describe, expect, it } from "vitest";
import { doors } from "./support/doors.ts";
import { TrackedVectors } from "./support/tracked-vectors.ts";

const MASTER_KEYS: Readonly<Record<string, MasterKeyName>> = {
  seed_exchange_priv: "seedExchange",
  io_exchange_priv: "ioExchange",
  state_ikm: "stateIkm",
  callback_secret: "callbackSecret",
  random_encryption_key: "randomEncryptionKey",
  initial_randomness_seed: "initialRandomnessSeed",
  admin_proof_secret: "adminProofSecret",
  contract_key_proof_secret: "contractKeyProofSecret",
};

describe.each(doors)("enclave-crypto.json on $name", (primitives) => {
  const file = TrackedVectors.load("enclave-crypto.json");
  file.prose("description");
  const seeds = [file.at("seeds").hex("genesis_seed_hex"), file.at("seeds").hex("current_seed_hex")].map(
    SecretBytes.from,
  );
  const network = deriveNetworkKeys(primitives, seeds);
  const genesisStateIkm = network.stateIkms[0] as SecretBytes;
  const { contractKeyProofSecrets, adminProofSecrets } = network;

  it("derives the master keys", () => {
    const section = file.at("master_keys");
    for (const [index, name] of ["from_genesis_seed", "from_current_seed"].entries()) {
      const expected = section.at(name);
      for (const [field, key] of Object.entries(MASTER_KEYS)) {
        expect(toHex(network.bySeed[index]?.[key].expose() as Uint8Array), field).toBe(expected.text(field));
      }
    }
    expect(primitives.x25519PublicKey(network.last.ioExchange)).toEqual(section.hex("io_exchange_pubkey_hex"));
    expect(primitives.x25519PublicKey(network.last.seedExchange)).toEqual(section.hex("seed_exchange_pubkey_hex"));
  });

  it("makes and checks contract keys, key proofs and admin proofs", () => {
    const v = file.at("contract_key");
    const sender = v.hex("sender_hex");
    const contractAddress = v.hex("contract_address_hex");
    const code = { codeHash: v.hex("code_hash"), contractAddress };
    const migrated = { codeHash: v.hex("migrate_code_hash"), contractAddress };
    const signer = { sender, height: BigInt(v.number("init_height")) };
    const ogContractKey = createContractKey(primitives, genesisStateIkm, signer, code);
    expect(ogContractKey).toEqual(v.hex("og_contract_key_hex"));

    const migrator = { sender, height: BigInt(v.number("migrate_height")) };
    const currentContractKey = createContractKey(primitives, genesisStateIkm, migrator, { ...migrated, ogContractKey });
    expect(currentContractKey).toEqual(v.hex("current_contract_key_hex"));
    const proofInput = { ...migrated, ogContractKey, currentContractKey };
    const proof = createContractKeyProof(primitives, network.last.contractKeyProofSecret, proofInput);
    expect(proof).toEqual(v.hex("current_contract_key_proof_hex"));

    const secrets = { genesisStateIkm, contractKeyProofSecrets };
    const current = { contractKey: currentContractKey, proof };
    expect(authenticateContract(primitives, secrets, code, { ogContractKey })).toBe(true);
    expect(authenticateContract(primitives, secrets, migrated, { ogContractKey, current })).toBe(true);
    expect(authenticateContract(primitives, secrets, code, { ogContractKey, current })).toBe(false);

    const admin = v.hex("admin_hex");
    const adminProof = createAdminProof(primitives, network.last.adminProofSecret, admin, ogContractKey);
    expect(adminProof).toEqual(v.hex("admin_proof_hex"));
    expect(verifyAdminProof(primitives, adminProofSecrets, { admin, ogContractKey }, adminProof)).toBe(true);
    const nobody = createAdminProof(primitives, network.last.adminProofSecret, new Uint8Array(0), ogContractKey);
    expect(nobody).toEqual(v.hex("no_admin_proof_hex"));
  });

  it("writes and reads state records", () => {
    const v = file.at("state_current_format");
    const ogContractKey = v.hex("og_contract_key_hex");
    const cipher = new StateCipher(primitives, network.stateIkms, ogContractKey);
    expect(deriveKey(primitives, network.stateIkms[1] as SecretBytes, ogContractKey).expose()).toEqual(
      v.hex("state_key_hex"),
    );
    const name = cipher.encryptName(v.hex("plaintext_key_hex"));
    expect(name.ciphertext).toEqual(v.hex("encrypted_key_data_hex"));
    expect(name.dbKey).toEqual(v.hex("db_key_hex"));
    const address = file.at("contract_key").hex("contract_address_hex");
    expect(concatBytes(Uint8Array.of(3), address, name.dbKey)).toEqual(v.hex("store_key_hex"));
    const s = v.at("salt");
    const salt = stateSalt(
      BigInt(s.text("block_time_ns")),
      BigInt(s.number("height")),
      BigInt(s.number("msg_counter")),
    );
    expect(salt).toEqual(s.hex("hex"));
    const value = v.hex("plaintext_value_hex");
    expect(cipher.sealValue(name, salt, value)).toEqual(v.hex("db_value_hex"));
    expect(cipher.openValue(name, v.hex("db_value_hex"))).toEqual(value);

    const three = file.at("state_three_seeds");
    three.prose("note");
    const thirdSeed = SecretBytes.from(three.hex("third_seed_hex"));
    const rotated = deriveNetworkKeys(primitives, [...seeds, thirdSeed]);
    const rotatedCipher = new StateCipher(primitives, rotated.stateIkms, ogContractKey);
    expect(rotatedCipher.encryptName(v.hex("plaintext_key_hex")).dbKey).toEqual(three.hex("db_key_hex"));
    expect(rotatedCipher.sealValue(name, salt, value)).toEqual(three.hex("db_value_hex"));
    expect(rotatedCipher.openValue(name, three.hex("db_value_hex"))).toEqual(value);
    expect(rotatedCipher.openValue(name, v.hex("db_value_hex"))).toEqual(value);
    expect(cipher.openValue(name, three.hex("db_value_hex"))).toBeUndefined();
  });

  it("writes and reads older state records", () => {
    const current = file.at("state_current_format");
    const v = file.at("state_legacy_format");
    const ogContractKey = current.hex("og_contract_key_hex");
    const plainName = current.hex("plaintext_key_hex");
    const value = current.hex("plaintext_value_hex");
    const cipher = new StateCipher(primitives, network.stateIkms, ogContractKey);
    expect(cipher.legacyDbKey(plainName)).toEqual(v.hex("db_key_hex"));
    expect(cipher.sealLegacyValue(plainName, v.hex("ad_hex"), value)).toEqual(v.hex("db_value_hex"));
    expect(cipher.openLegacyValue(plainName, v.hex("db_value_hex"))).toEqual(value);
    const context = concatBytes(v.hex("db_key_hex"), ogContractKey);
    expect(deriveKey(primitives, genesisStateIkm, context).expose()).toEqual(v.hex("value_key_hex"));
  });

  it("derives contract randomness", () => {
    const v = file.at("contract_random");
    const input = {
      blockRandom: v.hex("block_random_hex"),
      height: BigInt(v.number("height")),
      contractKey: v.hex("contract_key_hex"),
      counter: BigInt(v.number("counter")),
    };
    expect(contractRandom(primitives, input)).toEqual(v.hex("contract_random_hex"));
    expect(contractRandom(primitives, { ...input, counter: 1n })).toEqual(v.hex("counter_1_contract_random_hex"));
  });

  it("seals and proves block randomness", () => {
    const v = file.at("block_random");
    const random = file.at("contract_random").hex("block_random_hex");
    const validatorsHash = v.hex("validators_hash_hex");
    const encrypted = sealBlockRandom(primitives, network.last.randomEncryptionKey, validatorsHash, random);
    expect(encrypted).toEqual(v.hex("encrypted_random_hex"));
    expect(openBlockRandom(primitives, network.last.randomEncryptionKey, validatorsHash, encrypted)).toEqual(random);
    const input = { height: BigInt(v.number("height")), encrypted, appHash: v.hex("app_hash_hex") };
    const proof = blockRandomProof(primitives, network.last.initialRandomnessSeed, input);
    expect(proof).toEqual(v.hex("proof_hex"));
    const secrets = network.bySeed.map((keys) => keys.initialRandomnessSeed);
    expect(verifyBlockRandomProof(primitives, secrets, input, proof)).toBe(true);
  });

  const io = file.at("io");
  const nonce = io.hex("nonce_hex");
  const userPublicKey = io.hex("client_pubkey_hex");
  const txKey = txEncryptionKey(primitives, network.last.ioExchange, userPublicKey, nonce);

  it("agrees on the transaction key", () => {
    expect(toHex(txKey.expose())).toBe(io.text("tx_encryption_key_hex"));
    expect(primitives.x25519PublicKey(SecretBytes.from(io.hex("client_seed_hex")))).toEqual(userPublicKey);
  });

  it("encrypts outputs", () => {
    const v = file.at("output");
    const data = v.hex("data_plain_hex");
    expect(encryptData(primitives, txKey, data)).toEqual(v.hex("data_encrypted_hex"));
    expect(openData(primitives, txKey, v.hex("data_encrypted_hex"))).toEqual(data);
    const v010 = encryptError(primitives, txKey, contractErrorText(v.text("v010_error_json")));
    expect(v010).toBe(v.text("v010_error_encrypted_b64"));
    expect(v.text("raw_log_execute")).toContain(`encrypted: ${v010}: execute contract failed`);
    const v1Text = contractErrorText(JSON.stringify(v.text("v1_error_text")));
    expect(encryptError(primitives, txKey, v1Text)).toBe(v.text("v1_error_encrypted_b64"));
    for (const index of ["0", "1"]) {
      const plain = v.at("attribute_plain").text(index);
      expect(encryptAttribute(primitives, txKey, plain)).toBe(v.at("attribute_encrypted").text(index));
    }
    expect(encryptAttribute(primitives, txKey, "")).toBe(v.text("empty_attribute_value_encrypted"));
    const query = encryptQueryResult(primitives, txKey, toBase64(utf8ToBytes(v.text("query_response_json"))));
    expect(query).toBe(toBase64(v.hex("query_response_encrypted_hex")));
  });

  it("encrypts and signs sub-messages", () => {
    const v = file.at("submessage");
    expect(v.text("reply_on")).toBe("always");
    const plaintext = encodeSubMessagePlaintext({
      calleeCodeHash: v.text("callee_code_hash"),
      msg: utf8ToBytes(v.text("inner_msg")),
      reply: { subMessageId: BigInt(v.number("sub_msg_id")), ownCodeHash: v.text("caller_code_hash") },
      replyParams: [],
    });
    expect(plaintext).toEqual(v.hex("plaintext_hex"));
    const wire = sealSecretMessage(primitives, txKey, { nonce, userPublicKey }, plaintext);
    expect(wire).toEqual(v.hex("wire_msg_hex"));
    const input = tryParseContractInput(plaintext);
    expect(input?.replyParams[0]?.subMessageId).toBe(42n);
    expect(bytesToUtf8(input?.msg as Uint8Array)).toBe(v.text("inner_msg"));

    const { msg } = tryParseSecretMessage(wire) as { msg: Uint8Array };
    const funds = [{ denom: "uscrt", amount: "5" }];
    const secret = network.last.callbackSecret;
    expect(fundsJson(funds)).toBe(v.text("funds_json"));
    expect(callbackSignature(primitives, secret, msg, funds)).toEqual(v.hex("callback_sig_hex"));
    expect(callbackSignature(primitives, secret, msg)).toEqual(v.hex("callback_sig_no_funds_hex"));
    const adminSig = callbackSignature(primitives, secret, new Uint8Array(0));
    expect(adminSig).toEqual(v.hex("update_admin_callback_sig_hex"));
    const signature = v.hex("callback_sig_hex");
    expect(verifyCallbackSignature(primitives, secret, { msg, funds }, signature)).toBe(true);
    expect(verifyCallbackSignature(primitives, secret, { msg, funds: [] }, signature)).toBe(false);
  });

  it("builds and opens replies", () => {
    const v = file.at("reply");
    v.prose("callee_is");
    const sub = file.at("submessage");
    const params: ReplyParam[] = [
      {
        subMessageId: BigInt(sub.number("sub_msg_id")),
        recipientCodeHash: utf8ToBytes(sub.text("caller_code_hash")),
      },
    ];
    const data = encryptData(primitives, txKey, v.hex("callee_data_plain_hex"), params);
    expect(data).toEqual(v.hex("callee_data_wire_hex"));
    const keys = { txKey, callbackSecret: network.last.callbackSecret };
    const result = { kind: "ok", data } as const;
    const ok = createReplyEnvelope(primitives, keys, { params, allParams: true, result });
    expect(ok.internalMsgId).toEqual(v.hex("internal_msg_id_hex"));
    expect(replyJson(ok.internalMsgId, result)).toBe(v.text("signed_reply_json"));
    expect(ok.internalReplyEnclaveSig).toEqual(v.hex("internal_reply_enclave_sig_hex"));

    const signedError = JSON.parse(v.text("signed_error_reply_json")) as { result: { error: string } };
    const error = { kind: "error", error: signedError.result.error } as const;
    const failed = createReplyEnvelope(primitives, keys, { params, allParams: true, result: error });
    expect(replyJson(failed.internalMsgId, error)).toBe(v.text("signed_error_reply_json"));
    expect(failed.internalReplyEnclaveSig).toEqual(v.hex("internal_reply_enclave_sig_error_hex"));
    const text = bytesToUtf8(openReplyError(primitives, txKey, error.error) as Uint8Array);
    expect(encryptError(primitives, txKey, text, params)).toBe(error.error);

    expect(openReplyData(primitives, txKey, data)).toEqual(v.hex("callee_data_plain_hex"));
    const id = openReplyId(primitives, txKey, ok.internalMsgId);
    expect(id).toEqual({ ...params[0], replyParams: [] });
    expect(fromHex(bytesToUtf8(id?.recipientCodeHash as Uint8Array)).length).toBe(32);
  });

  it("left no field unused", () => {
    expect(file.unused()).toEqual([]);
  });
});
