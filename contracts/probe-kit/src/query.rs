//! Questions to the chain, and to this contract itself.

use crate::answer::text_json;
use crate::imports;

/// Answer to a question, as it comes.
pub fn ask(request: &str) -> String {
    String::from_utf8_lossy(&imports::ask(request)).into_owned()
}

/// Asks a contract of this kind to do the same one level deeper. The deepest level, whose question is refused, answers
/// with what it was told and its depth; the others hand that on.
pub fn recurse(contract: &str, code_hash: &str, depth: u32) -> String {
    let (contract_json, hash_json) = (text_json(contract), text_json(code_hash));
    let step = format!(
        "{{\"query_recursion\":{{\"contract\":{contract_json},\"code_hash\":{hash_json},\"depth\":{}}}}}",
        depth + 1
    );
    let msg = text_json(&base64::encode(format!("{{\"run\":{{\"steps\":[{step}]}}}}")));
    let answer = ask(&format!(
        "{{\"wasm\":{{\"smart\":{{\"contract_addr\":{contract_json},\"callback_code_hash\":{hash_json},\"msg\":{msg}}}}}}}"
    ));
    let inner = answer.strip_prefix("{\"Ok\":{\"Ok\":\"").and_then(|rest| rest.strip_suffix("\"}}"));
    match inner.and_then(|data| base64::decode(data).ok()) {
        Some(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        None => format!("{{\"depth\":{depth},\"answer\":{answer}}}"),
    }
}
