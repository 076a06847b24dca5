/**
 * Modules written byte by byte, as large and as strange as the format allows: for tests that no assembler would help with.
 * @module
 */

const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const [I32, I64, F64] = [0x7f, 0x7e, 0x7c];
const FUNC = 0x60;

/** Grows by bytes without a spread of millions of arguments. */
export class Bytes {
  #bytes = new Uint8Array(1024);
  length = 0;

  add(...parts: readonly (number | ArrayLike<number>)[]): this {
    for (const part of parts) {
      const piece = typeof part === "number" ? [part] : part;
      if (this.length + piece.length > this.#bytes.length) {
        const grown = new Uint8Array(2 * (this.length + piece.length));
        grown.set(this.view());
        this.#bytes = grown;
      }
      this.#bytes.set(piece, this.length);
      this.length += piece.length;
    }
    return this;
  }

  repeat(count: number, unit: ArrayLike<number>): this {
    for (let i = 0; i < count; i++) this.add(unit);
    return this;
  }

  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

/** Unsigned LEB128, in `width` bytes when given. */
export function leb(value: number, width = 1): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest > 127 || out.length + 1 < width) {
    out.push((rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...out, rest];
}

const name = (text: string): Uint8Array => Uint8Array.of(...leb(text.length), ...new TextEncoder().encode(text));

/** A vector: count, then the elements. */
export function vector(elements: readonly ArrayLike<number>[]): Uint8Array {
  const out = new Bytes().add(leb(elements.length));
  for (const element of elements) out.add(element);
  return out.view();
}

/** What a module is made of, beyond what makes it a v1 contract. */
export interface BinaryParts {
  /** More types; the first has index {@link FIRST_TYPE}. */
  readonly types?: readonly ArrayLike<number>[];
  /** Functions that nothing calls: index of the type and body. */
  readonly functions?: readonly { readonly type: number; readonly body: Uint8Array }[];
  readonly table?: number;
  readonly elements?: readonly ArrayLike<number>[];
  readonly globals?: readonly ArrayLike<number>[];
  readonly exports?: readonly ArrayLike<number>[];
  readonly data?: readonly ArrayLike<number>[];
  /** Content of custom sections at the end. */
  readonly custom?: readonly Uint8Array[];
  readonly pages?: number;
}

const TYPES = [
  [FUNC, 0, 0],
  [FUNC, 1, I32, 0],
  [FUNC, 1, I32, 1, I32],
  [FUNC, 3, I32, I32, I32, 1, I32],
];

/** Index of the first type of {@link BinaryParts.types}. */
export const FIRST_TYPE = TYPES.length;

/** Function type without parameters and results. */
export const NOTHING_TYPE = 0;

const CONTRACT: readonly { readonly name: string; readonly type: number; readonly body: readonly number[] }[] = [
  { name: "interface_version_8", type: 0, body: [0, 0x0b] },
  { name: "deallocate", type: 1, body: [0, 0x0b] },
  { name: "allocate", type: 2, body: [0, 0x41, 16, 0x0b] },
  { name: "instantiate", type: 3, body: [0, 0x41, 16, 0x0b] },
];

function section(out: Bytes, id: number, content: Uint8Array): void {
  out.add(id, leb(content.length), content);
}

/** The binary of a v1 contract with these parts. */
export function binary(parts: BinaryParts): Uint8Array {
  const { types = [], functions = [], globals = [], data = [], custom = [], elements = [], exports = [] } = parts;
  const out = new Bytes().add(HEADER);
  section(out, 1, vector([...TYPES, ...types]));
  section(out, 3, vector([...CONTRACT, ...functions].map(({ type }) => leb(type))));
  if (parts.table !== undefined) section(out, 4, vector([[0x70, 0, ...leb(parts.table)]]));
  section(out, 5, vector([[0, ...leb(parts.pages ?? 1)]]));
  if (globals.length > 0) section(out, 6, vector(globals));
  const contract = CONTRACT.map((one, index) => Uint8Array.of(...name(one.name), 0, index));
  section(out, 7, vector([...contract, Uint8Array.of(...name("memory"), 2, 0), ...exports]));
  if (elements.length > 0) section(out, 9, vector(elements));
  const bodies = [...CONTRACT, ...functions].map(({ body }) => new Bytes().add(leb(body.length), body).view());
  section(out, 10, vector(bodies));
  if (data.length > 0) section(out, 11, vector(data));
  for (const content of custom) section(out, 0, content);
  return out.view().slice();
}

/** Locals in one run, instructions and the last `end`. */
export function body(locals: readonly (readonly [count: number, type: number])[], code: ArrayLike<number>): Uint8Array {
  const runs = locals.map(([count, type]) => Uint8Array.of(...leb(count), type));
  return new Bytes().add(vector(runs), code, 0x0b).view().slice();
}

export { F64, I32, I64, name };
