//! Replies: what is to be done about one is kept under its id, and is done as if it were a message.

use serde::Deserialize;

use crate::abi::Abi;
use crate::answer::Answer;
use crate::imports;
use crate::machine::{Inputs, Machine, Stop};

/// What a reply says (spec 03 §4.7); its events are shown with the input.
pub struct Reply {
    pub data: Option<Vec<u8>>,
    pub error: Option<String>,
}

#[derive(Deserialize)]
struct ReplyMessage {
    id: u64,
    result: ReplyResult,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReplyResult {
    Ok(Success),
    Error(String),
}

#[derive(Deserialize)]
struct Success {
    data: Option<String>,
}

/// Where the script for an id is kept.
pub fn key(id: u64) -> Vec<u8> {
    format!("on_reply/{id}").into_bytes()
}

pub fn run(abi: &dyn Abi, inputs: Inputs) -> Result<Answer, Stop> {
    let message: ReplyMessage = serde_json_wasm::from_slice(&inputs.msg)
        .map_err(|error: serde_json_wasm::de::Error| Stop::Error(abi.parse_error(&error.to_string())))?;
    let reply = match message.result {
        ReplyResult::Error(error) => Reply { data: None, error: Some(error) },
        ReplyResult::Ok(Success { data }) => {
            let data = data.map(base64::decode).transpose();
            Reply { data: data.map_err(|_| Stop::Error(abi.generic_error("data is not base64")))?, error: None }
        }
    };
    let script = imports::read(key(message.id))
        .ok_or_else(|| Stop::Error(abi.generic_error("nothing is to be done about this reply")))?;
    let mut machine = Machine::new(abi, inputs);
    machine.reply = Some(reply);
    machine.run_all(&[script])
}
