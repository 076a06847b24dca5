//! Everything that the older contract interface (v0.10) has, at a message's word: `enclavenet-probe-kit` with this
//! interface's names.
#![cfg(target_arch = "wasm32")]

mod v010;

use enclavenet_probe_kit::{query as answer, run};

use v010::V010;

#[no_mangle]
extern "C" fn init(env: u32, msg: u32) -> u32 {
    run(&V010, env, None, msg)
}

#[no_mangle]
extern "C" fn handle(env: u32, msg: u32) -> u32 {
    run(&V010, env, None, msg)
}

#[no_mangle]
extern "C" fn query(msg: u32) -> u32 {
    answer(&V010, None, msg)
}

#[no_mangle]
extern "C" fn migrate(env: u32, msg: u32) -> u32 {
    run(&V010, env, None, msg)
}
