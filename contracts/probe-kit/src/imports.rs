//! The imports that both interfaces have (spec 03 §1.4), with pointers of the caller's choice.

use crate::region;

extern "C" {
    fn db_read(key: u32) -> u32;
    fn db_write(key: u32, value: u32);
    fn db_remove(key: u32);
    fn query_chain(request: u32) -> u32;
    fn secp256k1_verify(hash: u32, signature: u32, key: u32) -> u32;
    fn secp256k1_recover_pubkey(hash: u32, signature: u32, parameter: u32) -> u64;
    fn secp256k1_sign(message: u32, key: u32) -> u64;
    fn ed25519_verify(message: u32, signature: u32, key: u32) -> u32;
    fn ed25519_batch_verify(messages: u32, signatures: u32, keys: u32) -> u32;
    fn ed25519_sign(message: u32, key: u32) -> u64;
}

/// What an import gave back.
pub enum Outcome {
    Nothing,
    Number(u64),
    /// The error number in the high half of a 64-bit result.
    Failed(u32),
    Bytes(Vec<u8>),
    /// The text of an address function.
    Refused(Vec<u8>),
}

impl Outcome {
    /// From a pointer that is 0 for nothing.
    fn optional(pointer: u32) -> Self {
        match pointer {
            0 => Outcome::Nothing,
            _ => Outcome::Bytes(region::take(pointer)),
        }
    }

    /// From a result whose halves are error number and pointer.
    pub fn halves(result: u64) -> Self {
        match (result >> 32) as u32 {
            0 => Outcome::Bytes(region::take(result as u32)),
            code => Outcome::Failed(code),
        }
    }

    /// From an address function, which wrote to `written` unless it points to a text.
    pub fn address(result: u32, written: u32) -> Self {
        match result {
            0 => Outcome::Bytes(region::copy(written)),
            pointer => Outcome::Refused(region::take(pointer)),
        }
    }
}

/// Arguments of an import: regions by pointer, and a number for the few that take one.
pub struct Pointers {
    regions: Vec<u32>,
    pub number: u32,
}

impl Pointers {
    /// The pointer in this place; 0 when there is none.
    pub fn at(&self, place: usize) -> u32 {
        self.regions.get(place).copied().unwrap_or(0)
    }
}

/// Where an address function shall write: the region in this place, or room enough when none is named.
pub fn destination(arguments: &Pointers, place: usize) -> u32 {
    arguments.regions.get(place).copied().unwrap_or_else(|| region::room(96))
}

/// Puts arguments into memory. `None` is the null pointer; the number is decimal, in as many digits as the caller wants.
pub fn pointers(arguments: &[Option<String>], number: Option<String>) -> Result<Pointers, &'static str> {
    let mut regions = Vec::with_capacity(arguments.len());
    for argument in arguments {
        regions.push(match argument {
            None => 0,
            Some(text) => region::give(base64::decode(text).map_err(|_| "arguments are base64")?),
        });
    }
    let number = number.as_deref().unwrap_or("0").parse().map_err(|_| "the number is not one of 32 bits")?;
    Ok(Pointers { regions, number })
}

/// Calls the import of this name, if both interfaces have it.
pub fn call(name: &str, arguments: &Pointers) -> Option<Outcome> {
    let (a, b, c) = (arguments.at(0), arguments.at(1), arguments.at(2));
    // SAFETY: the host checks every pointer that it gets; a wrong one ends the call.
    Some(unsafe {
        match name {
            "db_read" => Outcome::optional(db_read(a)),
            "db_write" => {
                db_write(a, b);
                Outcome::Nothing
            }
            "db_remove" => {
                db_remove(a);
                Outcome::Nothing
            }
            "query_chain" => Outcome::optional(query_chain(a)),
            "secp256k1_verify" => Outcome::Number(secp256k1_verify(a, b, c).into()),
            "secp256k1_recover_pubkey" => Outcome::halves(secp256k1_recover_pubkey(a, b, arguments.number)),
            "secp256k1_sign" => Outcome::halves(secp256k1_sign(a, b)),
            "ed25519_verify" => Outcome::Number(ed25519_verify(a, b, c).into()),
            "ed25519_batch_verify" => Outcome::Number(ed25519_batch_verify(a, b, c).into()),
            "ed25519_sign" => Outcome::halves(ed25519_sign(a, b)),
            _ => return None,
        }
    })
}

pub fn read(key: Vec<u8>) -> Option<Vec<u8>> {
    // SAFETY: the region is one of ours.
    match unsafe { db_read(region::give(key)) } {
        0 => None,
        pointer => Some(region::take(pointer)),
    }
}

pub fn write(key: Vec<u8>, value: Vec<u8>) {
    // SAFETY: the regions are ours.
    unsafe { db_write(region::give(key), region::give(value)) }
}

pub fn remove(key: Vec<u8>) {
    // SAFETY: the region is one of ours.
    unsafe { db_remove(region::give(key)) }
}

/// Asks the chain; the answer is always there.
pub fn ask(request: &str) -> Vec<u8> {
    // SAFETY: the region is one of ours.
    region::take(unsafe { query_chain(region::give(request.as_bytes().to_vec())) })
}
