//! Records of the token, one module per kind. A key is one letter for the kind, followed by what tells the records of
//! that kind apart.

pub mod account;
pub mod allowance;
pub mod config;
pub mod head;
pub mod history;
pub mod list;
pub mod registry;

pub use account::Book;

/// Key of a record: its kind, then the parts. Only the last part may vary in length among records of one kind.
fn key(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut bytes = Vec::with_capacity(1 + length);
    bytes.push(kind);
    for part in parts {
        bytes.extend_from_slice(part);
    }
    bytes
}
