//! What a `probe` can be migrated to: the same, with a `migrate` that changes state before it runs its message.
#![cfg(target_arch = "wasm32")]

use enclavenet_probe::V1;
use enclavenet_probe_kit::run_after;

/// What every migration does first.
const FIRST: &str = r#"{"run":{"steps":[{"set":{"key":"version","value":"2"}}]}}"#;

#[no_mangle]
extern "C" fn migrate(env: u32, msg: u32) -> u32 {
    run_after(&V1, &[FIRST], env, None, msg)
}
