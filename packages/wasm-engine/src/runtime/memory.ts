/**
 * Regions: how host and guest pass bytes (spec 03 §1.2). A region is three little-endian u32 in linear memory: offset,
 * capacity, length. A read never looks at the capacity; a write into too small a region is a *read* error.
 *
 * Memory ends here where its virtual size ends, although the real one goes on for a few pages.
 * @module
 */
import { VmError } from "../errors.ts";
import { PAGE_BYTES } from "../instrument/gas-rules.ts";
import type { WasmGlobal, WasmMemory } from "../v8.ts";

const LENGTH_AT = 8;
const REGION_BYTES = 12;

/** Guest memory of one instance. */
export class GuestMemory {
  private readonly memory: WasmMemory;
  private readonly pages: WasmGlobal<number>;
  private readonly initialBytes: number;
  private view: DataView;
  private bytes: Uint8Array;
  /** Virtual size as far as it is known: it only grows while a call runs. */
  private limit: number;

  constructor(memory: WasmMemory, pages: WasmGlobal<number>) {
    this.memory = memory;
    this.pages = pages;
    this.view = new DataView(memory.buffer);
    this.bytes = new Uint8Array(memory.buffer);
    this.initialBytes = pages.value * PAGE_BYTES;
    this.limit = this.initialBytes;
  }

  /** Real size in bytes. */
  get realBytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** The real memory, whole. */
  all(): Uint8Array {
    return new Uint8Array(this.memory.buffer);
  }

  /** After the instance was cleared: the size is the initial one again. */
  reset(): void {
    this.limit = this.initialBytes;
  }

  /** Whether memory reaches to `end`. PERF: asking V8 for size and buffer costs more than the rest of a region. */
  private reaches(end: number): boolean {
    if (end <= this.limit) return true;
    this.limit = this.pages.value * PAGE_BYTES;
    return end <= this.limit;
  }

  /** The address of the region, whose header is within memory. */
  private header(pointer: number): number {
    // A real grow detaches the old buffer.
    if (this.bytes.length === 0) {
      this.view = new DataView(this.memory.buffer);
      this.bytes = new Uint8Array(this.memory.buffer);
    }
    const at = pointer >>> 0;
    if (at === 0 || !this.reaches(at + REGION_BYTES)) throw new VmError("MemoryReadError", "region");
    return at;
  }

  /** Bytes of the region at `pointer`, as a view that the next call into the guest may invalidate. */
  borrow(pointer: number): Uint8Array {
    const at = this.header(pointer);
    const offset = this.view.getUint32(at, true);
    const length = this.view.getUint32(at + LENGTH_AT, true);
    if (offset === 0 || !this.reaches(offset + length)) throw new VmError("MemoryReadError", "region content");
    return this.bytes.subarray(offset, offset + length);
  }

  /** A copy of the bytes of the region at `pointer`: no larger than the guest's memory. */
  read(pointer: number): Uint8Array {
    return this.borrow(pointer).slice();
  }

  /** Writes `bytes` into the region at `pointer` and sets its length. */
  write(pointer: number, bytes: Uint8Array): void {
    const at = this.header(pointer);
    const offset = this.view.getUint32(at, true);
    const capacity = this.view.getUint32(at + 4, true);
    if (offset === 0) throw new VmError("MemoryReadError", "region content");
    // COMPAT(spec 03 §1.2): not MemoryWriteError.
    if (capacity < bytes.length) throw new VmError("MemoryReadError", "region is too small");
    if (!this.reaches(offset + bytes.length)) throw new VmError("MemoryWriteError", "region content");
    this.bytes.set(bytes, offset);
    this.view.setUint32(at + LENGTH_AT, bytes.length, true);
  }
}
