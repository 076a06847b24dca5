//! What only the newer interface has: imports, errors as text, events.

use cosmwasm_std::{ConversionOverflowError, DivideByZeroError, OverflowError, OverflowOperation, StdError};
use enclavenet_probe_kit::abi::Abi;
use enclavenet_probe_kit::{destination, text_json, Answer, Outcome, Pointers};

extern "C" {
    fn addr_validate(address: u32) -> u32;
    fn addr_canonicalize(human: u32, canonical: u32) -> u32;
    fn addr_humanize(canonical: u32, human: u32) -> u32;
    fn dcap_quote_verify(quote: u32, collateral: u32) -> u64;
    fn debug(message: u32);
    fn gas_evaporate(amount: u32) -> u32;
    fn check_gas() -> u64;
}

/// The interface whose marker is `interface_version_8`.
pub struct V1;

impl Abi for V1 {
    fn import(&self, name: &str, arguments: &Pointers) -> Option<Outcome> {
        let (a, b) = (arguments.at(0), arguments.at(1));
        // SAFETY: the host checks every pointer that it gets; a wrong one ends the call.
        Some(unsafe {
            match name {
                "addr_validate" => match addr_validate(a) {
                    0 => Outcome::Number(0),
                    pointer => Outcome::address(pointer, 0),
                },
                "addr_canonicalize" => {
                    let to = destination(arguments, 1);
                    Outcome::address(addr_canonicalize(a, to), to)
                }
                "addr_humanize" => {
                    let to = destination(arguments, 1);
                    Outcome::address(addr_humanize(a, to), to)
                }
                "dcap_quote_verify" => {
                    let result = dcap_quote_verify(a, b);
                    match (result >> 32) as u32 {
                        0 => Outcome::Number(result),
                        code => Outcome::Failed(code),
                    }
                }
                "debug" => {
                    debug(a);
                    Outcome::Nothing
                }
                "gas_evaporate" => Outcome::Number(gas_evaporate(arguments.number).into()),
                "check_gas" => Outcome::Number(check_gas()),
                _ => return None,
            }
        })
    }

    fn std_error(&self, kind: &str) -> Option<String> {
        let error = match kind {
            "generic_err" => StdError::generic_err("text"),
            "invalid_base64" => StdError::invalid_base64("text"),
            "invalid_data_size" => StdError::invalid_data_size(1, 2),
            "invalid_utf8" => StdError::invalid_utf8("text"),
            "not_found" => StdError::not_found("kind"),
            "parse_err" => StdError::parse_err("target", "text"),
            "serialize_err" => StdError::serialize_err("source", "text"),
            "overflow" => StdError::overflow(OverflowError::new(OverflowOperation::Sub, 1, 2)),
            "divide_by_zero" => StdError::divide_by_zero(DivideByZeroError::new(7)),
            "conversion_overflow" => ConversionOverflowError::new("u64", "u32", "7").into(),
            _ => return None,
        };
        Some(text_json(&error.to_string()))
    }

    fn generic_error(&self, text: &str) -> String {
        text_json(&StdError::generic_err(text).to_string())
    }

    fn parse_error(&self, text: &str) -> String {
        text_json(&StdError::parse_err("probe::Message", text).to_string())
    }

    fn answer(&self, answer: &Answer) -> String {
        format!(
            "{{\"messages\":{},\"attributes\":{},\"events\":{},\"data\":{}}}",
            answer.messages_json(),
            answer.attributes_json(),
            answer.events_json(),
            answer.data_json()
        )
    }
}
