//! What differs between the interfaces.

use crate::answer::Answer;
use crate::imports::{Outcome, Pointers};

/// One of the two interfaces of contracts (spec 03 §1.1).
pub trait Abi {
    /// Calls an import that only this interface has; `None` when it has none of that name.
    fn import(&self, name: &str, arguments: &Pointers) -> Option<Outcome>;

    /// JSON of the standard library's error of this kind, as it stands behind `Err`; `None` for an unknown kind.
    fn std_error(&self, kind: &str) -> Option<String>;

    /// JSON of a generic error.
    fn generic_error(&self, text: &str) -> String;

    /// JSON of the error for a message that cannot be read.
    fn parse_error(&self, text: &str) -> String;

    /// JSON of an answer, as it stands behind `Ok`.
    fn answer(&self, answer: &Answer) -> String;
}
