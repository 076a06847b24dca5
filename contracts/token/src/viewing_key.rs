//! Viewing keys: passwords for reading. Only their hash is stored, and it is compared in constant time, so that
//! neither the state nor the time or gas of a query tells anything about a key.

use cosmwasm_std::{Addr, Binary, Env, StdResult, Storage};
use sha2::{Digest, Sha256};

use crate::state::{config, registry};

/// Start of the keys that `create_viewing_key` makes.
const PREFIX: &str = "api_key_";

/// Hash of no key: compared with when none is set, so that both cases do the same work.
const NO_KEY: [u8; 32] = [0; 32];

/// SHA-256 over the parts, each preceded by its length, so that no two lists of parts run together.
pub fn hash_parts(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Makes and sets a fresh key. The secret seed moves on with every key, so a key tells nothing of the next one, and the
/// sender's entropy and the place in the chain make it differ between tries.
pub fn create(storage: &mut dyn Storage, env: &Env, owner: &Addr, entropy: &[u8]) -> StdResult<String> {
    let place = env.transaction.as_ref().map_or(0, |transaction| transaction.index);
    let fresh = hash_parts(&[
        &config::prng_seed(storage)?,
        owner.as_bytes(),
        entropy,
        &env.block.height.to_be_bytes(),
        &env.block.time.nanos().to_be_bytes(),
        &place.to_be_bytes(),
    ]);
    config::set_prng_seed(storage, &hash_parts(&[b"seed", &fresh]));
    let key = format!("{}{}", PREFIX, Binary::from(hash_parts(&[b"viewing key", &fresh])).to_base64());
    set(storage, owner, &key);
    Ok(key)
}

pub fn set(storage: &mut dyn Storage, owner: &Addr, key: &str) {
    registry::set_viewing_key(storage, owner, &hash_parts(&[key.as_bytes()]));
}

/// Whether `key` is the viewing key of `owner`.
pub fn check(storage: &dyn Storage, owner: &Addr, key: &str) -> bool {
    let stored = registry::viewing_key(storage, owner).unwrap_or_else(|| NO_KEY.to_vec());
    same(&stored, &hash_parts(&[key.as_bytes()]))
}

/// Compares all bytes, whatever the first ones are.
fn same(left: &[u8], right: &[u8; 32]) -> bool {
    let difference = left.iter().zip(right).fold(0, |all, (a, b)| all | (a ^ b));
    left.len() == right.len() && difference == 0
}
