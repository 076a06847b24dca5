//! Counter and echo on the older contract interface (v0.10), so that both interfaces are run with real compiled Rust.
//!
//! The standard library that this interface was published with needs no change: what the chain adds (code hashes in
//! messages, plaintext logs) this contract does not use.

pub mod contract;
pub mod msg;

#[cfg(target_arch = "wasm32")]
cosmwasm_std::create_entry_points_with_migration!(contract);
