//! A vault on the older contract interface (v0.10) for a token on the newer one: it is told of the tokens it gets, keeps
//! count of whose they are, and pays them out, as tokens or as the coins behind them.
//!
//! The standard library that this interface was published with knows nothing of code hashes, so `chain` has the messages
//! and questions as this chain reads them and `entry` the entry points that pass them on.

pub mod chain;
pub mod contract;
#[cfg(target_arch = "wasm32")]
mod entry;
pub mod msg;
pub mod shares;
pub mod token;
