/** The SDK's reflection services, as clients that know nothing of the chain use them. */
import { createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import {
  cosmosReflection,
  create,
  decode,
  cosmosBaseReflectionV1beta1 as v1beta1,
  cosmosBaseReflectionV2alpha1 as v2alpha1,
} from "@enclavenet/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawClient } from "../../../tests/support/grpc-client.ts";
import { EMPTY, fakeBackend } from "./support/fake-backend.ts";
import { type Running, startGrpc } from "./support/grpc.ts";
import { ask, restServer } from "./support/servers.ts";

let running: Running;
let client: RawClient;
beforeAll(async () => {
  running = await startGrpc(undefined, { addresses: { toText: () => "secret1qqqq", fromText: () => EMPTY } });
  client = new RawClient(running.port);
});
afterAll(async () => {
  client.close();
  await running.close();
});

async function call(path: string): Promise<Uint8Array> {
  const { code, details, bytes } = await client.call(path, EMPTY);
  expect([code, details]).toEqual([0, ""]);
  return bytes ?? EMPTY;
}

const describeApp = (method: string) => call(`/cosmos.base.reflection.v2alpha1.ReflectionService/${method}`);

describe("cosmos.reflection.v1", () => {
  it("gives files from which a client finds every service and type", async () => {
    const bytes = await call("/cosmos.reflection.v1.ReflectionService/FileDescriptors");
    const { files } = decode(cosmosReflection.FileDescriptorsResponseSchema, bytes);
    const set = create(FileDescriptorSetSchema, { file: files });
    const found = createFileRegistry(fromBinary(FileDescriptorSetSchema, toBinary(FileDescriptorSetSchema, set)));
    const bank = found.getService("cosmos.bank.v1beta1.Query");
    expect(bank?.methods.map(({ name }) => name)).toContain("Balance");
    expect(found.getMessage("secret.compute.v1beta1.MsgExecuteContract")?.fields.map(({ name }) => name)).toContain(
      "msg",
    );
    expect(found.getMessage("google.protobuf.Any")).toBeDefined();
  });
});

describe("cosmos.base.reflection.v2alpha1", () => {
  it("describes chain, addresses and signing", async () => {
    const { chain } = decode(v2alpha1.GetChainDescriptorResponseSchema, await describeApp("GetChainDescriptor"));
    expect(chain?.id).toBe("fake-1");
    const configuration = await describeApp("GetConfigurationDescriptor");
    const { config } = decode(v2alpha1.GetConfigurationDescriptorResponseSchema, configuration);
    expect(config?.bech32AccountAddressPrefix).toBe("secret");
    const { authn } = decode(v2alpha1.GetAuthnDescriptorResponseSchema, await describeApp("GetAuthnDescriptor"));
    expect(authn?.signModes.map(({ name, number }) => [name, number])).toEqual([
      ["SIGN_MODE_DIRECT", 1],
      ["SIGN_MODE_LEGACY_AMINO_JSON", 127],
      ["SIGN_MODE_EIP_191", 191],
    ]);
  });

  it("lists messages, interfaces, and the queries that are answered", async () => {
    const { tx } = decode(v2alpha1.GetTxDescriptorResponseSchema, await describeApp("GetTxDescriptor"));
    const urls = tx?.msgs.map(({ msgTypeUrl }) => msgTypeUrl);
    expect(urls).toEqual(
      expect.arrayContaining(["/cosmos.bank.v1beta1.MsgSend", "/secret.compute.v1beta1.MsgStoreCode"]),
    );
    expect(urls).not.toContain("/cosmos.bank.v1beta1.Input");
    const { codec } = decode(v2alpha1.GetCodecDescriptorResponseSchema, await describeApp("GetCodecDescriptor"));
    const keys = codec?.interfaces.find(({ fullname }) => fullname === "cosmos.crypto.PubKey");
    expect(keys?.interfaceImplementers.map(({ typeUrl }) => typeUrl)).toContain("/cosmos.crypto.secp256k1.PubKey");
    const services = await describeApp("GetQueryServicesDescriptor");
    const { queries } = decode(v2alpha1.GetQueryServicesDescriptorResponseSchema, services);
    const paths = queries?.queryServices.flatMap(({ methods }) => methods.map(({ fullQueryPath }) => fullQueryPath));
    expect(paths).toContain("/cosmos.tx.v1beta1.Service/GetTx");
    expect(paths?.filter((path) => path.startsWith("/cosmos.bank.v1beta1.Msg/"))).toEqual([]);
  });
});

describe("cosmos.base.reflection.v1beta1", () => {
  it("lists interfaces and what implements them, also over REST", async () => {
    const bytes = await call("/cosmos.base.reflection.v1beta1.ReflectionService/ListAllInterfaces");
    const { interfaceNames } = decode(v1beta1.ListAllInterfacesResponseSchema, bytes);
    expect(interfaceNames).toContain("cosmos.base.v1beta1.Msg");
    const rest = await restServer(fakeBackend());
    const url = "/cosmos/base/reflection/v1beta1/interfaces";
    const get = async (path: string) => (await ask(rest, { method: "GET", url: path })).json();
    expect(await get(url)).toEqual({ interface_names: interfaceNames });
    expect(await get(`${url}/cosmos.tx.v1beta1.MsgResponse/implementations`)).toMatchObject({
      implementation_message_names: expect.arrayContaining(["/cosmos.bank.v1beta1.MsgSendResponse"]),
    });
    expect(await get(`${url}/no.Such/implementations`)).toEqual({ implementation_message_names: [] });
    await rest.close();
  });

  it("refuses an empty name", async () => {
    const answered = await client.call("/cosmos.base.reflection.v1beta1.ReflectionService/ListImplementations", EMPTY);
    expect([answered.code, answered.details]).toEqual([3, "invalid interface name"]);
  });
});
