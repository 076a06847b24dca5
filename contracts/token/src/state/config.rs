//! What the token is: its constants, its admin, its minters and its supply, each under its own key so that an action
//! reads only what it needs.

use cosmwasm_std::{Addr, StdError, StdResult, Storage};

use crate::codec::{Reader, Writer};

const CONSTANTS: &[u8] = b"C";
const ADMIN: &[u8] = b"A";
const MINTERS: &[u8] = b"M";
const SUPPLY: &[u8] = b"S";
const PRNG: &[u8] = b"P";

/// Fixed at instantiation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constants {
    pub name: String,
    pub symbol: String,
    pub decimals: u8,
    pub public_total_supply: bool,
    pub deposit: bool,
    pub redeem: bool,
    pub mint: bool,
    pub burn: bool,
    pub denoms: Vec<String>,
}

fn required(storage: &dyn Storage, key: &[u8]) -> StdResult<Vec<u8>> {
    storage.get(key).ok_or_else(|| StdError::generic_err("the token is not set up"))
}

pub fn constants(storage: &dyn Storage) -> StdResult<Constants> {
    let bytes = required(storage, CONSTANTS)?;
    let mut reader = Reader::new(&bytes);
    Ok(Constants {
        name: reader.text()?,
        symbol: reader.text()?,
        decimals: reader.u8()?,
        public_total_supply: reader.flag()?,
        deposit: reader.flag()?,
        redeem: reader.flag()?,
        mint: reader.flag()?,
        burn: reader.flag()?,
        denoms: reader.texts()?,
    })
}

pub fn set_constants(storage: &mut dyn Storage, constants: &Constants) {
    let writer = Writer::new().text(&constants.name).text(&constants.symbol).u8(constants.decimals);
    let writer = writer.flag(constants.public_total_supply).flag(constants.deposit).flag(constants.redeem);
    let writer = writer.flag(constants.mint).flag(constants.burn).texts(&constants.denoms);
    storage.set(CONSTANTS, &writer.bytes());
}

pub fn admin(storage: &dyn Storage) -> StdResult<Addr> {
    Reader::new(&required(storage, ADMIN)?).address()
}

pub fn set_admin(storage: &mut dyn Storage, admin: &Addr) {
    storage.set(ADMIN, &Writer::new().text(admin.as_str()).bytes());
}

pub fn minters(storage: &dyn Storage) -> StdResult<Vec<Addr>> {
    let bytes = required(storage, MINTERS)?;
    Ok(Reader::new(&bytes).texts()?.into_iter().map(Addr::unchecked).collect())
}

pub fn set_minters(storage: &mut dyn Storage, minters: &[Addr]) {
    storage.set(MINTERS, &Writer::new().texts(minters).bytes());
}

pub fn supply(storage: &dyn Storage) -> StdResult<u128> {
    Reader::new(&required(storage, SUPPLY)?).u128()
}

pub fn set_supply(storage: &mut dyn Storage, supply: u128) {
    storage.set(SUPPLY, &Writer::new().u128(supply).bytes());
}

/// Secret from which the next viewing key is drawn.
pub fn prng_seed(storage: &dyn Storage) -> StdResult<Vec<u8>> {
    required(storage, PRNG)
}

pub fn set_prng_seed(storage: &mut dyn Storage, seed: &[u8]) {
    storage.set(PRNG, seed);
}
