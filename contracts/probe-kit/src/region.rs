//! Pieces of memory as host and contract hand them to each other (spec 03 §1.2).

/// Three little-endian words.
#[repr(C)]
pub struct Region {
    pub offset: u32,
    pub capacity: u32,
    pub length: u32,
}

/// Takes over bytes that the host put where this contract's `allocate` told it.
pub fn take(pointer: u32) -> Vec<u8> {
    // SAFETY: `allocate` made the region from a box and its bytes from a vector of this capacity, and the host hands each
    // region over once.
    unsafe {
        let region = Box::from_raw(pointer as *mut Region);
        Vec::from_raw_parts(region.offset as *mut u8, region.length as usize, region.capacity as usize)
    }
}

/// Leaves bytes to the host, or to an import; they are never freed.
pub fn give(bytes: Vec<u8>) -> u32 {
    let bytes = bytes.leak();
    let length = bytes.len() as u32;
    Box::into_raw(Box::new(Region { offset: bytes.as_ptr() as u32, capacity: length, length })) as u32
}

/// A region of this capacity that an import may write to.
pub fn room(capacity: usize) -> u32 {
    let pointer = give(vec![0; capacity]);
    // SAFETY: made by the line above.
    unsafe { (*(pointer as *mut Region)).length = 0 };
    pointer
}

/// What an import wrote to a region.
pub fn copy(pointer: u32) -> Vec<u8> {
    // SAFETY: `pointer` comes from `give` or `room`, whose bytes are never freed.
    unsafe {
        let region = &*(pointer as *const Region);
        std::slice::from_raw_parts(region.offset as *const u8, region.length as usize).to_vec()
    }
}
