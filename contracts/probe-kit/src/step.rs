//! The steps a message can consist of. `contracts/README.md` lists them.

use serde::Deserialize;

use crate::answer::{Attribute, Event};

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    Run { steps: Vec<Step> },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Set { key: String, value: String },
    Get { key: String },
    Remove { key: String },
    Add { key: String, n: i32 },

    Log(Attribute),
    Event(Event),
    Data { text: String },
    Append { text: String },
    NoData {},
    Input { name: String },

    Emit { messages: Vec<String> },
    OnReply { id: u64, script: String },
    ReplyData {},
    ReplyError {},

    Query { request: String },
    QueryRecursion { contract: String, code_hash: String, depth: u32 },

    Import { name: String, arguments: Vec<Option<String>>, number: Option<String> },

    Fail { text: String },
    StdError { kind: String },
    Output { text: String },

    Panic {},
    Spin { rounds: u32 },
    Recurse { depth: u32 },
    Allocate { bytes: u32 },
    Grow { pages: u32 },
    Touch { address: u32 },
}
