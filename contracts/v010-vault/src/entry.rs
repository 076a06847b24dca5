//! Entry points of the wasm module. Those of the standard library answer with its own message types, which have no place
//! for a code hash; `query` is answered with none and uses the library's.

use cosmwasm_std::{
    do_query, from_slice, to_vec, Env, Extern, ExternalApi, ExternalQuerier, ExternalStorage, StdResult,
};
use serde::de::DeserializeOwned;

use crate::chain::{CodeEnv, Outcome};
use crate::contract;

type Deps = Extern<ExternalStorage, ExternalApi, ExternalQuerier>;

/// A piece of memory as host and contract hand it to each other (spec 03 §1.2).
#[repr(C)]
struct Region {
    offset: u32,
    capacity: u32,
    length: u32,
}

/// Takes over bytes that the host put where this contract's `allocate` told it.
fn take(pointer: u32) -> Vec<u8> {
    // SAFETY: `allocate` of the standard library made the region from a box and its bytes from a vector of this capacity,
    // and the host hands each region over once.
    unsafe {
        let region = Box::from_raw(pointer as *mut Region);
        Vec::from_raw_parts(region.offset as *mut u8, region.length as usize, region.capacity as usize)
    }
}

/// Leaves bytes to the host, which reads them after the call; nothing of this instance is used after that.
fn give(bytes: Vec<u8>) -> u32 {
    let bytes = bytes.leak();
    let length = bytes.len() as u32;
    Box::into_raw(Box::new(Region { offset: bytes.as_ptr() as u32, capacity: length, length })) as u32
}

fn run<T: DeserializeOwned>(
    action: fn(&mut Deps, Env, CodeEnv, T) -> StdResult<Outcome>,
    env_pointer: u32,
    msg_pointer: u32,
) -> u32 {
    let (env, msg) = (take(env_pointer), take(msg_pointer));
    let outcome = from_slice(&env).and_then(|plain| {
        let mut deps =
            Extern { storage: ExternalStorage::new(), api: ExternalApi::new(), querier: ExternalQuerier::new() };
        action(&mut deps, plain, from_slice(&env)?, from_slice(&msg)?)
    });
    give(to_vec(&outcome).expect("outcomes are plain data"))
}

#[no_mangle]
extern "C" fn init(env_pointer: u32, msg_pointer: u32) -> u32 {
    run(contract::init, env_pointer, msg_pointer)
}

#[no_mangle]
extern "C" fn handle(env_pointer: u32, msg_pointer: u32) -> u32 {
    run(contract::handle, env_pointer, msg_pointer)
}

#[no_mangle]
extern "C" fn query(msg_pointer: u32) -> u32 {
    do_query(&contract::query::<ExternalStorage, ExternalApi, ExternalQuerier>, msg_pointer)
}
