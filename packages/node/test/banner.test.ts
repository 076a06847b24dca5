/** What the banner says of the TEE: nobody is to take one enclave for another. */
import { TeeName } from "@enclavenet/enclave-api";
import { describe, expect, it } from "vitest";
import { teeText } from "../src/assembly/tee-text.ts";
import { banner } from "../src/cli/banner.ts";

const url = "http://127.0.0.1:1";
const net = {
  chainId: "secretdev-1",
  urls: { rest: url, rpc: url, grpc: url, grpcWeb: url, faucet: url },
  home: undefined,
  enclavePids: [1],
  enclaveMeasurement: "00".repeat(32),
  height: () => 1n,
  failed: new Promise<Error>(() => {}),
  stop: async () => {},
};

describe("the banner", () => {
  it("says of a software enclave that it is for development", () => {
    const text = banner({ ...net, enclaveTee: TeeName.software });
    expect(text).toContain("TEE software (development)");
    expect(text).toContain("Software enclave, development only: its sealing key lies beside its data.");
  });

  it.each([TeeName.gramine, TeeName.tdx])("says of %s that it was not run on hardware", (enclaveTee) => {
    const text = banner({ ...net, enclaveTee });
    expect(text).toContain(`TEE ${enclaveTee}\n`);
    expect(text).toContain("was not run on hardware yet");
    expect(text).not.toContain("development only");
    expect(teeText(enclaveTee)).toBe(`${enclaveTee}, not run on hardware yet`);
  });
});
