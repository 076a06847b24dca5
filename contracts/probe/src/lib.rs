//! Everything that the newer contract interface (v1) has, at a message's word: `enclavenet-probe-kit` with this
//! interface's names. It has no `migrate`; `probe-v2` has.
#![cfg(target_arch = "wasm32")]

mod v1;

pub use v1::V1;

use enclavenet_probe_kit::{query as answer, reply as react, run};

#[no_mangle]
extern "C" fn instantiate(env: u32, info: u32, msg: u32) -> u32 {
    run(&V1, env, Some(info), msg)
}

#[no_mangle]
extern "C" fn execute(env: u32, info: u32, msg: u32) -> u32 {
    run(&V1, env, Some(info), msg)
}

#[no_mangle]
extern "C" fn query(env: u32, msg: u32) -> u32 {
    answer(&V1, Some(env), msg)
}

#[no_mangle]
extern "C" fn reply(env: u32, msg: u32) -> u32 {
    react(&V1, env, msg)
}
