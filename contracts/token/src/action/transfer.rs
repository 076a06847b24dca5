//! Transfers and sends: of the sender's own tokens or, within an allowance, of an owner's; alone or in batches. A send
//! also tells a receiving contract.

use cosmwasm_std::{Response, StdResult};

use super::hook::{self, Received};
use super::{allowance, Call};
use crate::answer::{padded, ExecuteAnswer};
use crate::msg::{required, Movement};
use crate::state::history::{Action, Entry};
use crate::state::Book;

/// What tells the transferring actions apart.
#[derive(Clone, Copy)]
pub struct Kind {
    /// The tokens are an owner's who allowed it, not the sender's.
    allowed: bool,
    /// Receiving contracts are told.
    told: bool,
}

pub const TRANSFER: Kind = Kind { allowed: false, told: false };
pub const SEND: Kind = Kind { allowed: false, told: true };
pub const TRANSFER_FROM: Kind = Kind { allowed: true, told: false };
pub const SEND_FROM: Kind = Kind { allowed: true, told: true };

/// Makes all movements, then calls all receivers: whatever fails undoes everything.
pub fn run(call: Call, kind: Kind, movements: Vec<Movement>, answer: ExecuteAnswer) -> StdResult<Response> {
    let Call { deps, env, info, head } = call;
    let sender = info.sender;
    let mut book = Book::open(deps.storage, head);
    let mut messages = Vec::new();
    for Movement { owner, recipient, recipient_code_hash, amount, msg, memo, .. } in movements {
        let recipient = deps.api.addr_validate(&required(recipient, "recipient")?)?;
        let mut from = sender.clone();
        if kind.allowed {
            from = deps.api.addr_validate(&required(owner, "owner")?)?;
            allowance::spend(book.storage, &env.block, &from, &sender, amount.u128())?;
        }
        book.debit(&from, amount.u128())?;
        book.credit(&recipient, amount.u128())?;
        if kind.told {
            let received =
                Received { from: from.clone(), recipient: recipient.clone(), amount, memo: memo.clone(), msg };
            messages.extend(hook::message(book.storage, &sender, recipient_code_hash, received)?);
        }
        let action = Action::Transfer { from, sender: sender.clone(), recipient };
        book.record(&Entry::new(action, amount.u128(), memo, &env.block))?;
    }
    book.close();
    Ok(Response::new().add_messages(messages).set_data(padded(&answer)?))
}
