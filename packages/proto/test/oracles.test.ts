/** Every message type is round-tripped on random instances against the codecs of cosmjs-types and secretjs. */
import type { DescMessage, Message } from "@bufbuild/protobuf";
import { decode, encode, registry } from "@enclavenet/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withGoDefaults } from "../src/encode.ts";
import { anyMessage, isOurs } from "./support/arbitrary.ts";
import { cosmjs, type Oracle, secretjs } from "./support/oracles.ts";

const schemas = [...registry].filter((type): type is DescMessage => type.kind === "message" && isOurs(type));

function checkAgainst(oracle: Oracle, schema: DescMessage): void {
  const codec = oracle.codec(schema);
  if (codec === undefined) throw new Error(`${oracle.name} has no ${schema.typeName}`);
  fc.assert(
    fc.property(anyMessage(schema, oracle.limits), (message: Message) => {
      const bytes = encode(schema, message);
      const seen = codec.decode(bytes);
      const expected = oracle.represent(schema, withGoDefaults(schema, message));
      expect(oracle.plain(seen)).toMatchObject(expected);
      const back = decode(schema, codec.encode(seen).finish());
      expect(encode(schema, back)).toEqual(bytes);
    }),
    { numRuns: 20 },
  );
}

describe.each([cosmjs, secretjs])("$name", (oracle) => {
  const present = schemas.filter((schema) => !oracle.missing.test(schema.typeName));

  it("has every type that is not listed as missing, and none that is", () => {
    const unexpected = present.filter((schema) => oracle.codec(schema) === undefined);
    expect(unexpected.map((schema) => schema.typeName)).toEqual([]);
    const surprising = schemas.filter((schema) => !present.includes(schema) && oracle.codec(schema) !== undefined);
    expect(surprising.map((schema) => schema.typeName)).toEqual([]);
  });

  it.each(present.map((schema) => [schema.typeName, schema] as const))("%s", (_, schema) => {
    checkAgainst(oracle, schema);
  });
});
