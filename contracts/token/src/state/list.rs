//! Lists that only grow, read in pages from their newest end.

use cosmwasm_std::{StdError, StdResult};

/// Pages are cut to this many entries.
pub const MAX_PAGE: u32 = 300;

/// A page as clients ask for it (SNIP-21, SNIP-26): how many entries, and how many pages of newer ones to pass over.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    pub page: u32,
    pub page_size: u32,
}

impl Page {
    /// Places of the page's entries in a list of `length` entries, oldest first.
    pub fn of(self, length: u32) -> std::ops::Range<u32> {
        let size = self.page_size.min(MAX_PAGE);
        let end = length.saturating_sub(self.page.saturating_mul(size));
        end.saturating_sub(size)..end
    }
}

/// One entry more.
pub fn longer(length: u32) -> StdResult<u32> {
    length.checked_add(1).ok_or_else(|| StdError::generic_err("the list is full"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another_from_the_end() {
        let page = |page, page_size| Page { page, page_size }.of(5);
        assert_eq!((page(0, 2), page(1, 2), page(2, 2), page(3, 2)), (3..5, 1..3, 0..1, 0..0));
        assert_eq!((page(0, 0), page(0, 9), page(u32::MAX, u32::MAX)), (5..5, 0..5, 0..0));
        assert_eq!(Page { page: 0, page_size: 1000 }.of(1000), 700..1000);
    }

    #[test]
    fn a_full_list_is_an_error() {
        assert_eq!(longer(0).unwrap(), 1);
        assert!(longer(u32::MAX).is_err());
    }
}
