/**
 * Regions: how host and guest pass bytes (spec 03 §1.2). A region is three little-endian u32 in linear memory: offset,
 * capacity, length. A read never looks at the capacity; a write into too small a region is a *read* error.
 * @module
 */
import { VmError } from "../errors.ts";
import type { WasmMemory } from "../v8.ts";

const LENGTH_AT = 8;
const REGION_BYTES = 12;

/** Guest memory of one instance. */
export class GuestMemory {
  private readonly memory: WasmMemory;
  private cached: DataView;

  constructor(memory: WasmMemory) {
    this.memory = memory;
    this.cached = new DataView(memory.buffer);
  }

  private view(): DataView {
    // A grow detaches the old buffer.
    if (this.cached.buffer !== this.memory.buffer) this.cached = new DataView(this.memory.buffer);
    return this.cached;
  }

  /** Bytes of the region at `pointer`, as a view that the next call into the guest may invalidate. */
  borrow(pointer: number): Uint8Array {
    const view = this.view();
    const at = pointer >>> 0;
    if (at === 0 || at + REGION_BYTES > view.byteLength) throw new VmError("MemoryReadError", "region");
    const offset = view.getUint32(at, true);
    const length = view.getUint32(at + LENGTH_AT, true);
    if (offset === 0 || offset + length > view.byteLength) throw new VmError("MemoryReadError", "region content");
    return new Uint8Array(view.buffer, offset, length);
  }

  /** A copy of the bytes of the region at `pointer`: no larger than the guest's memory. */
  read(pointer: number): Uint8Array {
    return this.borrow(pointer).slice();
  }

  /** Writes `bytes` into the region at `pointer` and sets its length. */
  write(pointer: number, bytes: Uint8Array): void {
    const view = this.view();
    const at = pointer >>> 0;
    if (at === 0 || at + REGION_BYTES > view.byteLength) throw new VmError("MemoryReadError", "region");
    const offset = view.getUint32(at, true);
    const capacity = view.getUint32(at + 4, true);
    if (offset === 0) throw new VmError("MemoryReadError", "region content");
    // COMPAT(spec 03 §1.2): not MemoryWriteError.
    if (capacity < bytes.length) throw new VmError("MemoryReadError", "region is too small");
    if (offset + bytes.length > view.byteLength) throw new VmError("MemoryWriteError", "region content");
    new Uint8Array(view.buffer, offset, bytes.length).set(bytes);
    view.setUint32(at + LENGTH_AT, bytes.length, true);
  }
}
