//! A contract that does what its message says, step by step, for both interfaces: what `probe`, `probe-v2` and
//! `v010-probe` share.
//!
//! It stands directly on the wasm interface (spec 03 §1), not on a standard library: inputs are kept as the bytes that
//! came, messages, questions and outputs may be any text, and imports are called with any pointers. The other contracts
//! show the same through the libraries.
#![cfg(target_arch = "wasm32")]

pub mod abi;
mod answer;
mod imports;
mod limits;
mod machine;
mod query;
pub mod region;
mod reply;
mod step;

use abi::Abi;
use machine::{Inputs, Machine, Stop};
use step::Message;

pub use answer::{text_json, Answer};
pub use imports::{destination, Outcome, Pointers};

/// Runs a message that may write: the answer of `instantiate`, `execute`, `migrate` and their older names.
pub fn run(abi: &dyn Abi, env: u32, info: Option<u32>, msg: u32) -> u32 {
    run_after(abi, &[], env, info, msg)
}

/// The same, after what the contract itself always does first.
pub fn run_after(abi: &dyn Abi, first: &[&str], env: u32, info: Option<u32>, msg: u32) -> u32 {
    let inputs = Inputs::take(Some(env), info, msg);
    let mut scripts: Vec<Vec<u8>> = first.iter().map(|script| script.as_bytes().to_vec()).collect();
    scripts.push(inputs.msg.clone());
    finish(Machine::new(abi, inputs).run_all(&scripts).map(|answer| abi.answer(&answer)))
}

/// Answers a query; the older interface hands no environment over.
pub fn query(abi: &dyn Abi, env: Option<u32>, msg: u32) -> u32 {
    let inputs = Inputs::take(env, None, msg);
    let script = inputs.msg.clone();
    let answer = Machine::new(abi, inputs).run_all(&[script]);
    finish(answer.map(|answer| text_json(&base64::encode(answer.data.unwrap_or_default()))))
}

/// Runs the script that was kept for the reply's id.
pub fn reply(abi: &dyn Abi, env: u32, msg: u32) -> u32 {
    let inputs = Inputs::take(Some(env), None, msg);
    finish(reply::run(abi, inputs).map(|answer| abi.answer(&answer)))
}

fn finish(result: Result<String, Stop>) -> u32 {
    let output = match result {
        Ok(answer) => format!("{{\"Ok\":{answer}}}"),
        Err(Stop::Error(json)) => format!("{{\"Err\":{json}}}"),
        Err(Stop::Output(text)) => text,
    };
    region::give(output.into_bytes())
}

/// A message's steps, or the error that the interface has for a text that is none.
fn steps_of(abi: &dyn Abi, text: &[u8]) -> Result<Vec<step::Step>, Stop> {
    let Message::Run { steps } = serde_json_wasm::from_slice(text)
        .map_err(|error: serde_json_wasm::de::Error| Stop::Error(abi.parse_error(&error.to_string())))?;
    Ok(steps)
}
