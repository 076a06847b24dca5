//! The head of the ledger: the number of the next transaction, and whether the token runs. One record, because every
//! action reads it: asking whether the token runs costs a transfer nothing.

use cosmwasm_std::{StdError, StdResult, Storage};

use crate::codec::{damaged, Reader, Writer};

const HEAD: &[u8] = b"N";

/// What may be done at the moment. The admin changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContractStatus {
    NormalRun,
    StopAllButRedeems,
    StopAll,
}

/// Their names in messages and answers; the place in the list is the number in the record.
const LEVELS: [(ContractStatus, &str); 3] = [
    (ContractStatus::NormalRun, "normal_run"),
    (ContractStatus::StopAllButRedeems, "stop_all_but_redeems"),
    (ContractStatus::StopAll, "stop_all"),
];

impl ContractStatus {
    pub fn from_name(name: &str) -> StdResult<Self> {
        let found = LEVELS.iter().find(|(_, known)| *known == name).map(|(status, _)| *status);
        found.ok_or_else(|| StdError::generic_err("the level is normal_run, stop_all_but_redeems or stop_all"))
    }

    pub fn name(self) -> &'static str {
        LEVELS[self as usize].1
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the next transaction, from 1 on.
    pub next_id: u64,
    pub status: ContractStatus,
}

impl Head {
    /// Of a token that has just been made.
    pub const FIRST: Head = Head { next_id: 1, status: ContractStatus::NormalRun };
}

pub fn load(storage: &dyn Storage) -> StdResult<Head> {
    let bytes = storage.get(HEAD).ok_or_else(|| StdError::generic_err("the token is not set up"))?;
    let mut reader = Reader::new(&bytes);
    let next_id = reader.u64()?;
    let (status, _) = *LEVELS.get(usize::from(reader.u8()?)).ok_or_else(damaged)?;
    Ok(Head { next_id, status })
}

pub fn save(storage: &mut dyn Storage, head: &Head) {
    storage.set(HEAD, &Writer::new().u64(head.next_id).u8(head.status as u8).bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmwasm_std::testing::MockStorage;

    #[test]
    fn every_level_is_kept_under_its_name() {
        let mut storage = MockStorage::new();
        assert!(load(&storage).is_err());
        for (status, name) in LEVELS {
            let head = Head { next_id: u64::MAX, status };
            save(&mut storage, &head);
            assert_eq!(load(&storage).unwrap(), head);
            assert_eq!((status.name(), ContractStatus::from_name(name).unwrap()), (name, status));
        }
        assert!(ContractStatus::from_name("stop").is_err());
    }
}
