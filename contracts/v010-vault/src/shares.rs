//! Whose tokens the vault holds.

use cosmwasm_std::{HumanAddr, ReadonlyStorage, StdError, StdResult, Storage, Uint128};

const SHARE: &[u8] = b"share/";

fn key(account: &HumanAddr) -> Vec<u8> {
    [SHARE, account.as_str().as_bytes()].concat()
}

pub fn share<S: ReadonlyStorage>(storage: &S, account: &HumanAddr) -> StdResult<u128> {
    match storage.get(&key(account)) {
        Some(bytes) => {
            let fixed = <[u8; 16]>::try_from(bytes).map_err(|_| StdError::generic_err("the share is damaged"))?;
            Ok(u128::from_be_bytes(fixed))
        }
        None => Ok(0),
    }
}

pub fn grow<S: Storage>(storage: &mut S, account: &HumanAddr, amount: Uint128) -> StdResult<()> {
    let grown = share(storage, account)?.checked_add(amount.u128());
    let grown = grown.ok_or_else(|| StdError::generic_err("the share would overflow"))?;
    storage.set(&key(account), &grown.to_be_bytes());
    Ok(())
}

/// Takes from a share; what is left of none is no record.
pub fn shrink<S: Storage>(storage: &mut S, account: &HumanAddr, amount: Uint128) -> StdResult<()> {
    let share = share(storage, account)?;
    let left = share.checked_sub(amount.u128()).ok_or_else(|| StdError::underflow(share, amount.u128()))?;
    if left == 0 {
        storage.remove(&key(account));
    } else {
        storage.set(&key(account), &left.to_be_bytes());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmwasm_std::MemoryStorage;

    #[test]
    fn shares_stay_within_their_numbers() {
        let mut storage = MemoryStorage::new();
        let (one, two) = (HumanAddr::from("one"), HumanAddr::from("two"));
        grow(&mut storage, &one, Uint128(u128::MAX)).unwrap();
        assert!(grow(&mut storage, &one, Uint128(1)).is_err());
        assert!(shrink(&mut storage, &two, Uint128(1)).is_err());
        shrink(&mut storage, &one, Uint128(u128::MAX)).unwrap();
        assert_eq!((share(&storage, &one).unwrap(), storage.get(&key(&one))), (0, None));
    }
}
