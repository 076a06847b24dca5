//! Steps that ask for much: gas, stack, memory.

use std::arch::wasm32;

/// A xorshift chain: every round needs the one before it, so the loop cannot be folded away.
pub fn spin(rounds: u32) {
    let mut value = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..rounds {
        value ^= value << 13;
        value ^= value >> 7;
        value ^= value << 17;
    }
    keep(&value);
}

/// Makes the compiler believe that somebody looks.
fn keep<T>(value: &T) {
    // SAFETY: a reference may be read.
    unsafe { std::ptr::read_volatile(value as *const T as *const u8) };
}

/// Calls itself, with something on the stack that the caller looks at afterwards.
pub fn recurse(depth: u32) {
    let mut trail = [depth; 4];
    if depth > 0 {
        recurse(depth - 1);
    }
    trail[depth as usize % 4] = depth.wrapping_add(1);
    keep(&trail);
}

/// Fills this much of the heap; what the host does not give ends the call.
pub fn allocate(bytes: u32) {
    let block: Vec<u8> = Vec::with_capacity(bytes as usize);
    // SAFETY: the block is at least a byte large when it was allocated, and any byte will do.
    unsafe { std::ptr::read_volatile(block.as_ptr()) };
}

/// Asks for pages; what the instruction says.
pub fn grow(pages: u32) -> i32 {
    wasm32::memory_grow(0, pages as usize) as i32
}

/// Reads a byte wherever it is.
pub fn touch(address: u32) {
    // SAFETY: wasm memory is checked by the machine, which is the subject.
    unsafe { std::ptr::read_volatile(address as *const u8) };
}
