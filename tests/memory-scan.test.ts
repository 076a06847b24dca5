/** The scanner of the canaries: it finds every form of a secret, wherever it lies, and nothing else. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findIn, formsOf, mayReadMemory, type Needle, scanMemory } from "./support/memory-scan.ts";

function found(hay: Buffer, needles: readonly Needle[]): string[] {
  const names = new Set<string>();
  findIn(hay, needles, names);
  return [...names].sort();
}

const SECRET = Buffer.from("0102ff00fe7a5a33c001d00d0badcafe1122334455667788a1b2c3d4e5f60718", "hex");

describe("a secret", () => {
  const forms = formsOf("key", SECRET, "key");

  it.each(forms.map((form) => [form.name, form] as const))("is found: %s", (name, { bytes }) => {
    const [zeros, noise] = [Buffer.alloc(3), Buffer.from("0102ff00fe0102", "hex")];
    for (const around of [[bytes], [zeros, bytes], [bytes, zeros], [noise, bytes, noise]]) {
      expect(found(Buffer.concat(around), forms)).toContain(name);
    }
    expect(found(Buffer.concat([zeros, bytes.subarray(0, -1)]), forms)).not.toContain(name);
    expect(found(bytes.subarray(1), forms)).not.toContain(name);
  });

  it("is found behind any text of base64", () => {
    for (let before = 0; before < 6; before++) {
      const text = Buffer.concat([Buffer.alloc(before, 7), SECRET, Buffer.from("more")]).toString("base64");
      expect(found(Buffer.from(text), forms).filter((name) => name.includes("base64"))).toHaveLength(1);
    }
  });
});

it("the memory of another process holds what it keeps, and nothing else", async (context) => {
  if (process.platform !== "linux") context.skip("needs /proc to read the memory of another process");
  const keep =
    "const kept = Buffer.from(process.argv[1], 'hex'); process.stdin.on('end', () => kept[0]).resume(); console.log('.');";
  const child = spawn(process.execPath, ["-e", keep, SECRET.toString("hex")], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  try {
    await once(child.stdout, "data");
    const pid = child.pid as number;
    if (!mayReadMemory(pid)) context.skip("this user may not read the memory of its own processes");
    const needles = [...formsOf("key", SECRET, "key"), ...formsOf("other", Buffer.from(SECRET).reverse(), "key")];
    const { found: names, bytes } = scanMemory(pid, needles);
    expect(bytes).toBeGreaterThan(1_000_000);
    expect(names).toEqual(expect.arrayContaining(["key as hex", "key as raw"]));
    expect(names.filter((name) => name.startsWith("other"))).toEqual([]);
  } finally {
    child.stdin.end();
    await exited;
  }
});

it("all needles are found in one pass, as each would be alone", () => {
  const piece = fc.uint8Array({ minLength: 2, maxLength: 4, max: 3 }).map((bytes) => Buffer.from(bytes));
  const many = fc.array(piece, { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(many, fc.uint8Array({ maxLength: 60, max: 3 }), (pieces, hay) => {
      const needles = pieces.map((bytes, index) => ({ name: `${index}`.padStart(2, "0"), bytes }));
      const alone = needles.filter(({ bytes }) => Buffer.from(hay).includes(bytes)).map(({ name }) => name);
      expect(found(Buffer.from(hay), needles)).toEqual(alone);
    }),
    { seed: 1, numRuns: 500 },
  );
});
