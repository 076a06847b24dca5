//! What only the older interface has: imports, errors as objects, an answer without events.

use cosmwasm_std::{to_vec, StdError};
use enclavenet_probe_kit::abi::Abi;
use enclavenet_probe_kit::{destination, Answer, Outcome, Pointers};

extern "C" {
    fn canonicalize_address(human: u32, canonical: u32) -> u32;
    fn humanize_address(canonical: u32, human: u32) -> u32;
}

/// The interface whose marker is `cosmwasm_vm_version_3`.
pub struct V010;

fn json(error: &StdError) -> String {
    String::from_utf8(to_vec(error).expect("errors are plain data")).expect("JSON is UTF-8")
}

impl Abi for V010 {
    fn import(&self, name: &str, arguments: &Pointers) -> Option<Outcome> {
        let to = destination(arguments, 1);
        // SAFETY: the host checks every pointer that it gets; a wrong one ends the call.
        let result = unsafe {
            match name {
                "canonicalize_address" => canonicalize_address(arguments.at(0), to),
                "humanize_address" => humanize_address(arguments.at(0), to),
                _ => return None,
            }
        };
        Some(Outcome::address(result, to))
    }

    fn std_error(&self, kind: &str) -> Option<String> {
        let error = match kind {
            "generic_err" => StdError::generic_err("text"),
            "invalid_base64" => StdError::invalid_base64("text"),
            "invalid_utf8" => StdError::invalid_utf8("text"),
            "not_found" => StdError::not_found("kind"),
            // The library has no constructor for it: nothing of it is null any more (spec 03 §4.4).
            "null_pointer" => return Some("{\"null_pointer\":{}}".into()),
            "parse_err" => StdError::parse_err("target", "text"),
            "serialize_err" => StdError::serialize_err("source", "text"),
            "unauthorized" => StdError::unauthorized(),
            "underflow" => StdError::underflow("1", "2"),
            _ => return None,
        };
        Some(json(&error))
    }

    fn generic_error(&self, text: &str) -> String {
        json(&StdError::generic_err(text))
    }

    fn parse_error(&self, text: &str) -> String {
        json(&StdError::parse_err("v010_probe::Message", text))
    }

    fn answer(&self, answer: &Answer) -> String {
        format!(
            "{{\"messages\":{},\"log\":{},\"data\":{}}}",
            answer.messages_json(),
            answer.attributes_json(),
            answer.data_json()
        )
    }
}
