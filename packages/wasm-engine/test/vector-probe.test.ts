/** A processor without the vector instructions that clearing uses ends the engine: it is no property of a contract. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildEngine } from "./support/engine-file.ts";
import { assemble, contract } from "./support/wat.ts";

let folder = "";
let engine = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vectors-"));
  engine = buildEngine(folder);
  writeFileSync(join(folder, "contract.wasm"), assemble(contract({ query: ["i32.const 16"] })));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What compiling a contract comes to in a process with these options. */
function compiled(options: readonly string[]): string {
  const script = `import { readFileSync } from "node:fs";
    import { compileModule } from ${JSON.stringify(engine)};
    try {
      compileModule(new Uint8Array(readFileSync(${JSON.stringify(join(folder, "contract.wasm"))})));
      process.stdout.write("compiled");
    } catch (error) {
      process.stdout.write(error.code);
    }`;
  const args = [...options, "--input-type=module", "--eval", script];
  return execFileSync(process.execPath, args, { encoding: "utf8", timeout: 30_000 });
}

describe("compiling", () => {
  it("works here", () => {
    expect(compiled([])).toBe("compiled");
  });

  // The option that hides the instructions exists for x64 alone; other processors that V8 supports have them.
  it.runIf(process.arch === "x64")("ends the engine on a processor without vector instructions", () => {
    expect(compiled(["--no-enable-sse4-1"])).toBe("ENGINE_FATAL");
  });
});
